import { check, see } from './lib/see.mjs'

export const title = 'The theme that was chosen is there before anything is painted, in every tab'

export default async function ({ open, person }) {
  const page = await open(await person('Uma Dahl'), { colorScheme: 'light' })
  const theme = (of) => of.evaluate(() => document.documentElement.dataset.theme)
  await page.goto('/settings/appearance')
  const other = await page.context().newPage()
  await other.goto('/explore')
  check((await theme(page)) === 'light', 'it begins as the device has it')
  await page.getByText('Dark', { exact: true }).click()
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  await other.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  // Without the program there is nothing but the first script; the theme is there all the same.
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.goto('/', { waitUntil: 'commit' })
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  await page.unroute('**/assets/*.js')
  await page.goto('/settings/appearance')
  await see(page.locator('input[value=dark]:checked + *'))
}

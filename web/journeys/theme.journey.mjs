import { holdNext, press } from './lib/hands.mjs'
import { Person, until } from './lib/people.mjs'
import { check, see } from './lib/see.mjs'

export const title = 'The theme that was chosen is there before anything is painted, in every tab'

export default async function ({ open, person, site }) {
  const uma = await person('Uma Dahl')
  const page = await open(uma, { colorScheme: 'light' })
  const theme = (of) => of.evaluate(() => document.documentElement.dataset.theme)
  await page.goto('/settings/appearance')
  const other = await page.context().newPage()
  await other.goto('/explore')
  // What is behind is painted once a second.
  await page.bringToFront()
  const ground = (of) => of.evaluate(() => getComputedStyle(document.body).backgroundColor)
  check((await theme(page)) === 'light', 'it begins as the device has it')
  const paper = await ground(page)
  await press(page.getByRole('radio', { name: 'Dark' }))
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  await other.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  check((await ground(page)) !== paper, 'what is painted is another colour')
  // Without the program there is nothing but the first script; the theme is there all the same.
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.goto('/', { waitUntil: 'commit' })
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  await page.unroute('**/assets/*.js')
  await page.goto('/settings/appearance')
  await see(page.locator('input[value=dark]:checked + *'))

  // On another device of hers, where nothing was chosen, it is as her profile says.
  await until('the profile knows it', async () => (await uma.get('/users/me')).theme === 'dark')
  const phone = await open(await new Person(site, uma.name, uma.username).arrive(), { colorScheme: 'light' })
  await phone.goto('/')
  await phone.waitForFunction(() => document.documentElement.dataset.theme === 'dark')

  // The menu has it, too, there and back.
  await page.goto('/')
  for (const next of ['light', 'dark', 'light']) {
    await press(page.getByRole('button', { name: 'Your account' }))
    await press(page.getByRole('menuitem', { name: next === 'light' ? 'Light theme' : 'Dark theme' }))
    await page.waitForFunction((chosen) => document.documentElement.dataset.theme === chosen, next)
  }
  check((await ground(page)) === paper, 'light is as it was')
  await until('the profile knows it', async () => (await uma.get('/users/me')).theme === 'light')

  // One is on its way, another one waits for it, and the page is left: that one counts all the same.
  await page.goto('/settings/appearance')
  await holdNext(page, 'PATCH')
  for (const next of ['Dark', 'Light', 'Dark']) await press(page.getByRole('radio', { name: next }))
  await page.goto('/explore')
  await until('the profile knows the last one', async () => (await uma.get('/users/me')).theme === 'dark')
}

import { check, reads, see } from './lib/see.mjs'

export const title = 'A profile is edited, and its credits are put in order with the keyboard'

export default async function ({ open, person }) {
  const ida = await person('Ida Brandt')
  const page = await open(ida)
  await page.goto('/profile/edit')
  await page.getByLabel('What you do').fill('Director of radio plays')
  // Not saved yet, and still there after a reload.
  await page.reload()
  check((await page.getByLabel('What you do').inputValue()) === 'Director of radio plays', 'what was typed is kept')
  await page.getByLabel('Works as').fill('Director')
  await page.getByLabel('Works as').press('Enter')
  await page.getByRole('form', { name: 'About you' }).getByRole('button', { name: 'Save' }).click()
  await see(page.getByText('Saved', { exact: true }))

  for (const title of ['First Light', 'Second Wind']) {
    await page.getByRole('button', { name: 'Add a credit' }).click()
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('Your part in it').fill('Director')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await see(page.getByRole('button', { name: `Move ${title}`, exact: true }))
  }
  const handle = page.getByRole('button', { name: 'Move Second Wind', exact: true })
  await handle.focus()
  await page.keyboard.press('Space')
  await reads(page.locator('[aria-live]'), 'Picked up Second Wind')
  await page.keyboard.press('ArrowUp')
  await reads(page.locator('[aria-live]'), 'Second Wind is now at number 1')
  const saved = page.waitForResponse((response) => response.url().endsWith('/credits/order') && response.ok())
  await page.keyboard.press('Space')
  await saved

  await page.getByRole('link', { name: 'See it' }).click()
  await see(page.getByText('Director of radio plays'))
  await page.getByRole('tab', { name: /^Credits/ }).click()
  const titles = await page.getByRole('tabpanel').getByRole('listitem').allInnerTexts()
  check(titles[0]?.includes('Second Wind') && titles[1]?.includes('First Light'), `the order is the new one: ${titles}`)
}

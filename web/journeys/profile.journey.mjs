import { picture } from './lib/files.mjs'
import { attach, drag, press, reach, write } from './lib/hands.mjs'
import { check, gone, isAt, reads, see } from './lib/see.mjs'

export const title = 'A profile is edited, its credits are put in order by dragging or with the keyboard, and others see all of it'

export default async function ({ browser, open, person, size }) {
  const ida = await person('Ida Brandt')
  const page = await open(ida)
  await page.goto('/profile/edit')
  await write(page.getByLabel('What you do'), 'Director of radio plays')
  // Not saved yet, and still there after a reload.
  await page.reload()
  check((await page.getByLabel('What you do').inputValue()) === 'Director of radio plays', 'what was typed is kept')
  await write(page.getByLabel('Works as'), 'Director')
  await page.keyboard.press('Enter')
  await press(page.getByRole('form', { name: 'About you' }).getByRole('button', { name: 'Save' }))
  await see(page.getByText('Saved', { exact: true }))

  const face = await picture(browser, 300, 300, '<div style="height:100%;background:radial-gradient(#fc8,#a35)"></div>')
  await attach(page.getByRole('button', { name: 'Change picture' }), [{ name: 'face.png', mimeType: 'image/png', buffer: face }])
  await see(page.getByText('Your picture is changed'))
  const wide = await picture(browser, 1200, 300, '<div style="height:100%;background:linear-gradient(90deg,#124,#d73)"></div>')
  await attach(page.getByRole('button', { name: 'Banner', exact: true }), [{ name: 'wide.png', mimeType: 'image/png', buffer: wide }])
  await see(page.getByText('Your banner is changed'))

  for (const title of ['First Light', 'Second Wind']) {
    await press(page.getByRole('button', { name: 'Add a credit' }))
    await write(page.getByLabel('Title', { exact: true }), title)
    await write(page.getByLabel('Your part in it'), 'Director')
    if (title === 'First Light') await mistype(page.getByLabel('Year'), page)
    await press(page.getByRole('dialog').getByRole('button', { name: 'Save' }))
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await see(page.getByRole('button', { name: `Move ${title}`, exact: true }))
  }
  const handle = page.getByRole('button', { name: 'Move Second Wind', exact: true })
  const isFirst = () => reads(page.locator('[aria-live]'), 'Second Wind is now at number 1')
  const move = async () => {
    if (size !== 'keyboard') return await drag(handle, page.getByRole('button', { name: 'Move First Light', exact: true }), isFirst)
    await reach(handle)
    await page.keyboard.press('Space')
    await reads(page.locator('[aria-live]'), 'Picked up Second Wind')
    await page.keyboard.press('ArrowUp')
    await isFirst()
    await page.keyboard.press('Space')
  }
  await Promise.all([page.waitForResponse((response) => response.url().endsWith('/credits/order') && response.ok()), move()])

  await press(page.getByRole('button', { name: 'Add education' }))
  await write(page.getByRole('dialog').getByLabel('School', { exact: true }), 'Academy of Radio')
  await write(page.getByRole('dialog').getByLabel('Degree or course', { exact: true }), 'Directing')
  await press(page.getByRole('dialog').getByRole('button', { name: 'Save' }))
  await see(page.getByText('Academy of Radio'))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await press(page.getByRole('button', { name: 'Add a link' }))
  await write(page.getByLabel('Address', { exact: true }), 'https://reel.joint.example')
  await write(page.getByLabel('What it is called'), 'Reel')
  await press(page.getByRole('dialog').getByRole('button', { name: 'Save' }))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await press(page.getByRole('button', { name: 'Remove Reel' }))
  const sure = page.getByRole('dialog', { name: 'Remove “Reel”?' })
  await press(sure.getByRole('button', { name: 'Keep it' }))
  await gone(sure)
  await press(page.getByRole('button', { name: 'Remove Reel' }))
  await press(sure.getByRole('button', { name: 'Remove' }))
  await gone(page.getByRole('button', { name: 'Remove Reel' }))

  await press(page.getByRole('link', { name: 'See it' }))
  await see(page.getByText('Director of radio plays'))
  await press(page.getByRole('tab', { name: /^Credits/ }))
  const credits = page.getByRole('tabpanel').getByRole('listitem')
  await see(credits.first())
  const titles = await credits.allInnerTexts()
  check(titles[0]?.includes('Second Wind') && titles[1]?.includes('First Light'), `the order is the new one: ${titles}`)

  // Somebody else sees the same.
  const guest = await open(await person('Nora Wells'))
  await guest.goto(`/u/${ida.username}`)
  await see(guest.getByText('Director of radio plays'))
  const pictures = guest.getByRole('main').locator('img')
  await see(pictures.nth(1))
  for (const one of (await pictures.all()).slice(0, 2)) await one.evaluate((image) => image.decode())
  await press(guest.getByRole('tab', { name: /^Credits/ }))
  await reads(guest.getByRole('tabpanel').getByRole('listitem').first(), 'Second Wind')
  await press(guest.getByRole('tab', { name: /^About/ }))
  await see(guest.getByRole('tabpanel').getByText('Academy of Radio'))
  await see(guest.getByRole('tabpanel').getByText('Director', { exact: true }))
}

/** What is no year is not saved: one is told, and stands in the field that is wrong, each time. */
async function mistype(year, page) {
  const button = page.getByRole('dialog').getByRole('button', { name: 'Save' })
  await write(year, '20')
  for (let time = 0; time < 2; time++) {
    // It comes back there, the second time as well.
    await year.blur()
    await press(button)
    await see(page.getByText('A year has four digits'))
    await isAt(year, 'the focus is at the year')
  }
  await write(year, '2024')
  await gone(page.getByText('A year has four digits'))
}

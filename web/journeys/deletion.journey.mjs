import { knock } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
import { check, reads, see } from './lib/see.mjs'

export const title = 'An account is deleted: its receipt says who has erased what, and nobody finds it any more'

export default async function ({ open, person }) {
  const [vera, finn] = await Promise.all([person('Vera Lund'), person('Finn Berg')])
  const { post } = await vera.post('/posts', { content: `Soon gone ${vera.username}`, visibility: 'public' })
  const page = await open(vera)
  await page.goto('/new')
  await write(page.getByLabel('What are you working on?'), 'Never sent')
  await page.waitForFunction(() => JSON.stringify(localStorage).includes('Never sent'))
  await page.goto('/settings/data')
  await press(page.getByRole('button', { name: 'Delete my account' }))
  const dialog = page.getByRole('dialog', { name: 'Delete everything?' })
  await write(dialog.getByLabel(/^Type/), vera.username)
  await write(dialog.getByLabel('Password', { exact: true }), 'not the password')
  await press(dialog.getByRole('button', { name: 'Delete it for good' }))
  await see(dialog.locator('[aria-invalid=true]'))
  await write(dialog.getByLabel('Password', { exact: true }), vera.password)
  await press(dialog.getByRole('button', { name: 'Delete it for good' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Goodbye')
  // Nobody is logged in any more, and the device has forgotten her.
  await see(page.getByRole('banner').getByRole('link', { name: 'Log in' }))
  const kept = await page.evaluate(() => JSON.stringify(localStorage))
  check(!kept.includes(vera.id) && !kept.includes('Never sent'), `nothing of her stays on the device: ${kept}`)
  await reads(page.getByRole('status'), 'Everything is erased.')
  const parts = await page.getByRole('main').getByRole('listitem').allInnerTexts()
  check(parts.length === 7 && parts.every((part) => part.includes('erased')), `each part has confirmed it: ${parts}`)
  // The receipt is read at its address by whoever has it, without a session.
  const receipt = page.url()
  const nobodys = await open()
  await nobodys.goto(receipt)
  await reads(nobodys.getByRole('status'), 'Everything is erased.')

  const his = await open(finn)
  await his.goto(`/u/${vera.username}`)
  await reads(his.getByRole('heading', { level: 1 }), 'This scene was cut.')
  await his.goto(`/post/${post.id}`)
  await reads(his.getByRole('heading', { level: 1 }), 'This scene was cut.')
  await page.goto('/login')
  await knock(page, vera)
  await see(page.getByRole('alert').filter({ hasText: 'The e-mail address or the password is wrong' }))
}

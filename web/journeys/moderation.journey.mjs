import { press, write } from './lib/hands.mjs'
import { check, gone, reads, see } from './lib/see.mjs'

export const title = 'A post is reported; a moderator takes the report, hides the post, and shows it again'

export default async function ({ open, person, system }) {
  const [rolf, gina, tess] = await Promise.all([person('Rolf Petersen'), person('Gina Marsh'), person('Tess Okoro')])
  await system.giveRole(tess.email, 'moderator')
  const words = `Buy followers here ${rolf.username}`
  const { post } = await rolf.post('/posts', { content: words, visibility: 'public' })

  const hers = await open(gina)
  await hers.goto(`/post/${post.id}`)
  await press(hers.getByRole('button', { name: 'More' }).first())
  await press(hers.getByRole('menuitem', { name: 'Report' }))
  const dialog = hers.getByRole('dialog', { name: 'Report this post' })
  await press(dialog.getByRole('radio', { name: 'Spam or a scam' }))
  const why = `The same text under everything ${rolf.username}`
  await write(dialog.getByLabel('What should we know? (optional)'), why)
  await press(dialog.getByRole('button', { name: 'Report' }))
  await see(hers.getByText('Thank you. Somebody will look at it.'))
  await gone(dialog)
  // Who looks after others' reports is nobody else's affair.
  await hers.goto('/moderation')
  await reads(hers.getByRole('heading', { level: 1 }), 'This scene was cut.')

  const desk = await open(tess)
  await desk.goto('/')
  await desk.goto('/moderation')
  const report = desk.getByRole('article').filter({ hasText: why })
  await press(report.getByRole('button', { name: 'Take it' }))
  await gone(report)
  await press(desk.getByRole('tab', { name: 'In hand' }))
  await see(report.getByText('in your hands'))
  await press(report.getByRole('button', { name: 'Hide the post' }))
  await write(desk.getByRole('dialog').getByLabel('Why'), 'Advertising')
  await press(desk.getByRole('dialog').getByRole('button', { name: 'Hide it' }))
  await see(report.getByText('Hidden', { exact: true }))
  await hers.goto(`/post/${post.id}`)
  await reads(hers.getByRole('heading', { level: 1 }), 'This scene was cut.')
  const his = await open(rolf)
  await his.goto(`/post/${post.id}`)
  await see(his.getByText('Hidden by a moderator'))

  await press(report.getByRole('button', { name: 'History' }))
  const history = desk.getByRole('dialog', { name: 'History of the post' })
  await see(history.getByText('Because: Advertising'))
  await desk.keyboard.press('Escape')
  await gone(history)
  await press(report.getByRole('button', { name: 'Restore the post' }))
  await gone(report.getByText('Hidden', { exact: true }))
  await hers.reload()
  await see(hers.getByRole('article').filter({ hasText: words }))
  await press(report.getByRole('button', { name: 'Dismiss' }))
  await write(desk.getByRole('dialog').getByLabel('A note (optional)'), 'Spoke with the author')
  await press(desk.getByRole('dialog').getByRole('button', { name: 'Dismiss' }))
  await gone(report)
  await press(desk.getByRole('tab', { name: 'Dismissed' }))
  await see(report.getByText('Note: Spoke with the author'))
  // Operations are for admins.
  await desk.goto('/admin/queues')
  await reads(desk.getByRole('heading', { level: 1 }), 'This scene was cut.')
  check((await desk.getByRole('link', { name: 'Operations' }).count()) === 0, 'a moderator is not shown the way there')
}

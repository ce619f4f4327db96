import { gone, reads, see } from './lib/see.mjs'

export const title = 'A post for connections is seen by nobody else; two people connect, and then it is'

export default async function ({ open, person }) {
  const [ada, bob] = await Promise.all([person('Ada Moreau'), person('Bob Lindt')])
  const [hers, his] = await Promise.all([open(ada), open(bob)])

  const words = `Only for connections ${ada.username}`
  await hers.goto('/new')
  await hers.getByLabel('What are you working on?').fill(words)
  await hers.getByLabel('Who may see it').selectOption({ label: 'Connections' })
  await hers.getByRole('button', { name: 'Post', exact: true }).click()
  const post = hers.getByRole('article').filter({ hasText: words })
  await see(post)
  await post.getByRole('link', { name: 'just now' }).click()
  await see(hers.getByRole('heading', { name: 'Comments' }))
  const address = new URL(hers.url()).pathname

  await his.goto(address)
  await reads(his.getByRole('heading'), 'This post is not for everybody')
  await his.goto(`/u/${ada.username}`)
  await reads(his.getByRole('heading'), 'Nothing here yet')
  await his.getByRole('button', { name: 'Follow', exact: true }).click()
  await see(his.getByRole('button', { name: 'Following', exact: true }))
  await his.getByRole('button', { name: 'Connect', exact: true }).click()
  await see(his.getByRole('button', { name: /^Requested/ }))

  await hers.goto('/network')
  await hers.getByRole('button', { name: 'Accept: Bob Lindt' }).click()
  await gone(hers.getByRole('button', { name: 'Accept: Bob Lindt' }))
  await hers.getByRole('tab', { name: /^Connections/ }).click()
  await see(hers.getByRole('tabpanel').getByRole('link', { name: 'Bob Lindt' }))

  await his.goto(address)
  await see(his.getByRole('article').filter({ hasText: words }))
  await his.goto('/')
  await see(his.getByRole('article').filter({ hasText: words }))
  // Whoever has no account is asked to log in.
  const nobodys = await open()
  await nobodys.goto(address)
  await reads(nobodys.getByRole('heading'), 'This post is not for everybody')
}

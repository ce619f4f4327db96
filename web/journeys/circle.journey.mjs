import { choose, press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, reads, see } from './lib/see.mjs'

export const title = 'A post for connections is seen by nobody else; two people connect, and then it is, until one blocks the other'

export default async function ({ open, person }) {
  const [ada, bob] = await Promise.all([person('Ada Moreau'), person('Bob Lindt')])
  const [hers, his] = await Promise.all([open(ada), open(bob)])

  const words = `Only for connections ${ada.username}`
  await hers.goto('/new')
  await write(hers.getByLabel('What are you working on?'), words)
  await choose(hers.getByLabel('Who may see it'), 'Connections')
  await press(hers.getByRole('button', { name: 'Post', exact: true }))
  const post = hers.getByRole('article').filter({ hasText: words })
  await see(post)
  await press(post.locator('a[href^="/post/"]').first())
  await see(hers.getByRole('heading', { name: 'Comments' }))
  const address = new URL(hers.url()).pathname

  await his.goto(address)
  await reads(his.getByRole('heading'), 'This post is not for everybody')
  await his.goto(`/u/${ada.username}`)
  await reads(his.getByRole('heading'), 'Nothing here yet')
  await press(his.getByRole('button', { name: 'Follow', exact: true }))
  await see(his.getByRole('button', { name: 'Following', exact: true }))
  // What followers may see he sees now; what connections and nobody else may, he does not, also not by asking to be one.
  const [forFollowers, forNobody] = await Promise.all(
    [['followers', 'Only for those who follow'], ['private', 'Only for myself']].map(async ([visibility, words]) => (await ada.post('/posts', { content: `${words} ${ada.username}`, visibility })).post),
  )
  await until('posts know who follows', () => bob.get(`/posts/${forFollowers.id}`))
  await his.goto(`/post/${forFollowers.id}`)
  await see(his.getByRole('article').filter({ hasText: 'Only for those who follow' }))
  await his.goto(`/u/${ada.username}`)
  await press(his.getByRole('button', { name: 'Connect', exact: true }))
  await see(his.getByRole('button', { name: /^Requested/ }))
  await until('she is asked', async () => (await ada.get('/social/requests')).total === 1)
  for (const hidden of [address, `/post/${forNobody.id}`]) {
    await his.goto(hidden)
    await reads(his.getByRole('heading'), 'This post is not for everybody')
  }

  await hers.goto('/network')
  await press(hers.getByRole('button', { name: 'Accept: Bob Lindt' }))
  await gone(hers.getByRole('button', { name: 'Accept: Bob Lindt' }))
  await press(hers.getByRole('tab', { name: /^Connections/ }))
  await see(hers.getByRole('tabpanel').getByRole('link', { name: 'Bob Lindt' }))
  await press(hers.getByRole('tab', { name: /^Followers/ }))
  await see(hers.getByRole('tabpanel').getByRole('link', { name: 'Bob Lindt' }))

  // Posts learn of it by an event.
  await until('posts know of the connection', () => bob.get(`/posts/${address.split('/').at(-1)}`))
  await his.goto(`/post/${forNobody.id}`)
  await reads(his.getByRole('heading'), 'This post is not for everybody')
  await his.goto(address)
  await see(his.getByRole('article').filter({ hasText: words }))
  await his.goto('/')
  await see(his.getByRole('article').filter({ hasText: words }))
  await his.goto(`/u/${ada.username}`)
  await see(his.getByRole('article').filter({ hasText: words }))
  await see(his.getByText('Connected', { exact: true }))
  await press(his.getByRole('button', { name: 'More about Ada Moreau' }))
  await press(his.getByRole('menuitem', { name: 'Block Ada Moreau' }))
  const dialog = his.getByRole('dialog', { name: 'Block Ada Moreau?' })
  await see(dialog.getByRole('button', { name: 'Cancel' }))
  await press(dialog.getByRole('button', { name: 'Block', exact: true }))
  // At once, and without a reload.
  await see(his.getByText('You block Ada Moreau.'))
  await gone(his.getByRole('article').filter({ hasText: words }))
  // Neither sees the other.
  await until('she is told nothing of him', async () => (await ada.get('/social/connections')).total === 0)
  await hers.goto('/network?tab=connections')
  await reads(hers.getByRole('tabpanel'), 'No connections yet')
  check((await hers.getByRole('link', { name: 'Bob Lindt' }).count()) === 0, 'he is in none of her lists')
  await his.goto('/network?tab=blocks')
  // Shown before it is so: what is asked for on the next page would know nothing of it yet.
  const isUnblocked = (response) => response.request().method() === 'DELETE' && response.url().includes('/social/blocks/') && response.ok()
  await Promise.all([his.waitForResponse(isUnblocked), press(his.getByRole('button', { name: 'Unblock: Ada Moreau' }))])
  await reads(his.getByRole('heading'), 'You block nobody')
  await his.goto(`/u/${ada.username}`)
  await see(his.getByRole('button', { name: 'Connect', exact: true }))
  // Whoever has no account is asked to log in.
  const nobodys = await open()
  await nobodys.goto(address)
  await reads(nobodys.getByRole('heading'), 'This post is not for everybody')
  await press(nobodys.getByRole('main').getByRole('link', { name: 'Log in' }))
  await reads(nobodys.getByRole('heading', { level: 1 }), 'Log in')
}

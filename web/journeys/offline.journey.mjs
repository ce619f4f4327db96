import { press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, see } from './lib/see.mjs'

export const title = 'What is sent without a network is kept, through a reload, and written once when it is back'

export default async function ({ open, person }) {
  const mia = await person('Mia Sørensen')
  const page = await open(mia)
  const words = `Sent from a tunnel ${Math.random().toString(36).slice(2)}`
  await page.goto('/')
  await write(page.getByLabel('What are you working on?'), words)
  await page.context().setOffline(true)
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  await see(page.getByText('You are offline.'))
  const waiting = page.getByRole('group', { name: 'A post that waits' })
  await see(waiting.getByText('Kept here'))
  // The page is loaded anew while writes still get no answer.
  await page.route('**/api/posts', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await page.context().setOffline(false)
  await page.reload()
  await see(waiting.getByText('Kept here'))
  await page.unroute('**/api/posts')
  // Nobody has to press anything.
  await gone(waiting)
  await see(page.getByRole('article').filter({ hasText: words }))
  await until('it is there', async () => {
    const { posts } = await mia.get(`/users/${mia.username}/posts`)
    check(posts.filter((post) => post.content === words).length === 1, 'it was written once')
    return true
  })
}

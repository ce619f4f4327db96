import { press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { reads, see } from './lib/see.mjs'

export const title = 'People are found from the first letters, and words in posts are marked'

export default async function ({ open, person }) {
  const word = `quill${Math.random().toString(36).slice(2, 8)}`
  const zoe = await person('Zoe Quillfeather')
  await zoe.patch('/users/me', { title: 'Foley artist' })
  const { post } = await zoe.post('/posts', { content: `The ${word} scratches & squeaks <b>tonight</b>`, visibility: 'public', tags: ['foley'] })
  await until('search knows the post', async () => (await zoe.get(`/search/posts?q=${word}`)).total === 1)
  await until('search knows the person', async () => (await zoe.get(`/search/suggest?q=${zoe.username}`)).suggestions.length === 1)

  const page = await open()
  await page.goto('/search')
  const box = page.getByRole('combobox', { name: 'Search people, posts and credits' })
  await write(box, zoe.username.slice(0, -1))
  await see(page.getByRole('option', { name: /Zoe Quillfeather/ }))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reads(page.getByRole('heading', { level: 1 }), 'Zoe Quillfeather')
  await page.goBack()

  await write(box, word)
  await page.keyboard.press('Enter')
  await see(page.locator('mark', { hasText: word }))
  await see(page.getByText('scratches & squeaks <b>tonight</b>'))
  await press(page.getByRole('tab', { name: /^Posts/ }))
  await page.waitForURL((url) => url.searchParams.get('type') === 'posts')
  await write(page.getByLabel('Tag'), 'nothing_has_this_tag')
  await press(page.getByRole('button', { name: 'Filter' }))
  await see(page.getByText('No post passes the filters'))
  await press(page.getByRole('button', { name: 'Clear the filters' }))
  await see(page.getByRole('link', { name: word }))
  await page.waitForURL((url) => !url.searchParams.has('tag'))
  await write(page.getByLabel('Tag'), 'foley')
  // Until then the link is there that goes when the filter comes.
  await Promise.all([page.waitForResponse(/tag=foley/), press(page.getByRole('button', { name: 'Filter' }))])
  await press(page.getByRole('link', { name: word }))
  await page.waitForURL(`**/post/${post.id}`)
}

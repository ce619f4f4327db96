import { tone } from './lib/files.mjs'
import { attach, press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, see } from './lib/see.mjs'

export const title = 'The system is killed in the middle of a post, a comment and an upload: it is said, kept, and sent once'

/** Nobody else is there when it is killed. */
export const isAlone = true

export default async function ({ open, person, system }) {
  const ada = await person('Ada Moreau')
  const page = await open(ada)
  const banner = page.getByText('Joint cannot be reached.')
  const own = async () => (await ada.get(`/users/${ada.username}/posts`)).posts

  const words = 'Written while the lights went out'
  await page.goto('/')
  await write(page.getByLabel('What are you working on?'), words)
  // It is taken, and the answer never comes.
  await killAt(page, system, '**/api/posts', { isTaken: true })
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  await see(banner)
  await see(page.getByRole('group', { name: 'A post that waits' }).getByText(words))
  await system.begin()
  await gone(banner)
  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  check((await own()).length === 1, 'the post was written once')

  await press(post.getByRole('link', { name: 'Comments' }))
  await write(page.getByRole('textbox', { name: 'Write a comment' }), 'Said into the dark')
  // It finds nobody.
  await killAt(page, system, '**/comments', { isTaken: false })
  await press(page.getByRole('button', { name: 'Comment', exact: true }))
  await see(banner)
  await see(page.getByRole('group', { name: 'A comment that waits' }).getByText('Said into the dark'))
  await system.begin()
  await gone(banner)
  await see(page.getByRole('article').filter({ hasText: 'Said into the dark' }).last())
  const { comments } = await ada.get(`/posts/${(await own())[0].id}/comments`)
  check(comments.length === 1, 'the comment was written once')

  await page.goto('/new')
  await write(page.getByLabel('What are you working on?'), 'With a long take')
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const slowly = (uploadThroughput) => session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput })
  await slowly(400 * 1024)
  await attach(page.getByRole('button', { name: 'Add files' }), [{ name: 'take.wav', mimeType: 'audio/wav', buffer: tone(120) }])
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.2)
  await system.kill()
  await see(page.getByText('Goes on when Joint can be reached'))
  check((await page.getByLabel('What are you working on?').inputValue()) === 'With a long take', 'what was typed is kept')
  await press(page.getByRole('button', { name: 'Add a description: take.wav' }))
  await write(page.getByLabel('What is heard?'), 'A tone in the dark')
  await press(page.getByRole('button', { name: 'Done' }))
  await slowly(-1)
  await system.begin()
  await see(page.getByText(/^Ready/))
  await system.kill()
  await press(page.getByRole('button', { name: 'Edit the description: take.wav' }))
  await write(page.getByLabel('What is heard?'), 'A long tone in the dark')
  await press(page.getByRole('button', { name: 'Done' }))
  await see(banner)
  await system.begin()
  await gone(banner)
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  await see(page.getByRole('article').filter({ hasText: 'With a long take' }).getByRole('button', { name: /^Play/ }))
  check((await own()).length === 2, 'the post with the file was written once')
  await until('what was said last is what is known', async () => (await own())[0].media[0].altText === 'A long tone in the dark')
}

/** Kills it at what is sent there: before it is taken, or when it is and the answer is on its way. */
function killAt(page, system, address, { isTaken }) {
  let isDone = false
  return page.route(address, async (route) => {
    if (isDone || route.request().method() !== 'POST') return await route.fallback()
    isDone = true
    if (isTaken) await route.fetch()
    await system.kill()
    await route.abort()
  })
}

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
  const keys = new Map()
  page.on('request', (request) => {
    const key = request.method() === 'POST' && request.headers()['idempotency-key']
    if (key) keys.set(request.url(), [...(keys.get(request.url()) ?? []), key])
  })
  /** It was sent more than once, and each time as the same. */
  const wasTriedAsOne = (path) => {
    const used = keys.get(`${system.site}/api${path}`) ?? []
    keys.delete(`${system.site}/api${path}`)
    check(used.length > 1 && new Set(used).size === 1, `${path} was tried more than once, with one key: ${used}`)
  }

  const words = 'Written while the lights went out'
  await page.goto('/')
  await write(page.getByLabel('What are you working on?'), words)
  // It is taken, and the answer never comes.
  let killed = await killAt(page, system, '**/api/posts', { isTaken: true })
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  await see(banner)
  await see(page.getByRole('group', { name: 'A post that waits' }).getByText(words))
  await killed()
  await system.begin()
  await gone(banner)
  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  check((await own()).length === 1, 'the post was written once')
  wasTriedAsOne('/posts')

  await press(post.getByRole('link', { name: 'Comments' }))
  const place = `/posts/${(await own())[0].id}/comments`
  const said = async () => (await ada.get(place)).comments.map(({ content }) => content)
  // One finds nobody; of the other the answer never comes.
  for (const [comment, isTaken] of [['Said into the dark', false], ['Said as the lights went out', true]]) {
    await write(page.getByRole('textbox', { name: 'Write a comment' }), comment)
    killed = await killAt(page, system, '**/comments', { isTaken })
    await press(page.getByRole('button', { name: 'Comment', exact: true }))
    await see(banner)
    await see(page.getByRole('group', { name: 'A comment that waits' }).getByText(comment))
    await killed()
    await system.begin()
    await gone(banner)
    await gone(page.getByRole('group', { name: 'A comment that waits' }))
    await see(page.getByRole('article').filter({ hasText: comment }).last())
    wasTriedAsOne(place)
  }
  check((await said()).join() === 'Said into the dark,Said as the lights went out', `each comment was written once: ${await said()}`)

  await page.goto('/new')
  await write(page.getByLabel('What are you working on?'), 'With a long take')
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const slowly = (uploadThroughput) => session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput })
  await slowly(50 * 1024)
  const take = tone(120)
  await attach(page.getByRole('button', { name: 'Add files' }), [{ name: 'take.wav', mimeType: 'audio/wav', buffer: take }])
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.05)
  await system.kill()
  await see(page.getByText('Goes on when Joint can be reached'))
  check((await page.getByLabel('What are you working on?').inputValue()) === 'With a long take', 'what was typed is kept')
  await press(page.getByRole('button', { name: 'Add a description: take.wav' }))
  await write(page.getByLabel('What is heard?'), 'A tone in the dark')
  await press(page.getByRole('button', { name: 'Done' }))
  await slowly(-1)
  // Once more when all bytes have arrived, and only the word is missing that they have.
  killed = await killAt(page, system, '**/api/media/confirm', { isTaken: false })
  await system.begin()
  await killed()
  await see(page.getByText('Goes on when Joint can be reached'))
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
  const written = await own()
  check(written.length === 2 && written[0].media.length === 1, 'the post with the file was written once, with one file')
  const { media } = await ada.get('/media')
  check(media.length === 1 && media[0].size === take.length, `the file is there once, and whole: ${JSON.stringify(media)}`)
  await press(page.getByRole('button', { name: /^Play/ }))
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0))
  check((await said()).length === 2, 'nothing came a second time')
  await until('what was said last is what is known', async () => (await own())[0].media[0].altText === 'A long tone in the dark')
}

/**
 * Kills it at what is sent there: before it is taken, or when it is and the answer is on its way. What it gives waits until that
 * is done, and fails where nothing was taken.
 */
async function killAt(page, system, address, { isTaken }) {
  let over
  const done = new Promise((resolve) => (over = resolve))
  let isDone = false
  await page.route(address, async (route) => {
    if (isDone || route.request().method() !== 'POST') return await route.fallback()
    isDone = true
    const status = isTaken ? await route.fetch({ timeout: 120_000 }).then((answer) => answer.status(), String) : 201
    await system.isUp
    await system.kill()
    await route.abort()
    over(status)
  })
  return async () => {
    const status = await done
    check(status === 201, `it was taken: ${status}`)
  }
}

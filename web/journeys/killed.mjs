// Kills the whole system in the middle of a post, a comment and an upload, and starts it again. What was typed is
// kept, the app says so, and everything is there once when it is back.
//   npm run journeys:killed -- ../target/release/valine
import { desk, openBrowser } from './lib/browser.mjs'
import { tone } from './lib/files.mjs'
import { actAsOperator, Person } from './lib/people.mjs'
import { check, gone, see } from './lib/see.mjs'
import { System } from './lib/system.mjs'

const system = await System.start(process.argv[2] ?? process.env.VALINE ?? '../target/release/valine')
const { site } = system
actAsOperator(system.operatorKey)
const browser = await openBrowser()
try {
  const ada = await new Person(site, 'Ada Moreau').arrive()
  const context = await browser.newContext({ ...desk, baseURL: site })
  context.setDefaultTimeout(60_000)
  await ada.enter(context)
  const page = await context.newPage()
  const banner = page.getByText('Joint cannot be reached.')

  await page.goto('/')
  await page.getByLabel('What are you working on?').fill('Written while the lights went out')
  killAt(page, (request) => request.method() === 'POST' && request.url().endsWith('/api/posts'))
  await page.getByRole('button', { name: 'Post', exact: true }).click()
  await see(banner)
  await see(page.getByRole('group', { name: 'A post that waits' }))
  await system.begin()
  await gone(banner)
  const post = page.getByRole('article').filter({ hasText: 'Written while the lights went out' })
  await see(post)
  const own = async () => (await ada.get(`/users/${ada.username}/posts`)).posts
  check((await own()).length === 1, 'the post was written once')
  console.log('ok    killed in the middle of a post')

  await post.getByRole('link', { name: 'Comments' }).click()
  await page.getByRole('textbox', { name: 'Write a comment' }).fill('Said into the dark')
  killAt(page, (request) => request.method() === 'POST' && request.url().endsWith('/comments'))
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await see(banner)
  await see(page.getByRole('group', { name: 'A comment that waits' }))
  await system.begin()
  await gone(banner)
  await see(page.getByRole('article').filter({ hasText: 'Said into the dark' }).last())
  const { comments } = await ada.get(`/posts/${(await own())[0].id}/comments`)
  check(comments.length === 1, 'the comment was written once')
  console.log('ok    killed in the middle of a comment')

  await page.goto('/new')
  await page.getByLabel('What are you working on?').fill('With a long take')
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  const slowly = (uploadThroughput) => session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput })
  await slowly(400 * 1024)
  await page.getByLabel('Files to attach').setInputFiles({ name: 'take.wav', mimeType: 'audio/wav', buffer: tone(120) })
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.2)
  await system.kill()
  await see(page.getByText('Goes on when Joint can be reached'))
  await slowly(-1)
  await system.begin()
  await see(page.getByText(/^Ready/))
  await page.getByRole('button', { name: 'Post', exact: true }).click()
  await see(page.getByRole('article').filter({ hasText: 'With a long take' }).getByRole('button', { name: /^Play/ }))
  check((await own()).length === 2, 'the post with the file was written once')
  console.log('ok    killed in the middle of an upload')
} finally {
  await browser.close()
  await system.stop()
}

function killAt(page, isTheMoment) {
  page.on('request', function at(request) {
    if (!isTheMoment(request)) return
    page.off('request', at)
    void system.kill()
  })
}

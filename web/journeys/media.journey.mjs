import { attach, press, write } from './lib/hands.mjs'
import { picture, tone, video } from './lib/files.mjs'
import { check, gone, see } from './lib/see.mjs'

export const title = 'A post with a picture, a recording and a video: the picture opens large, the others play'

export default async function ({ browser, open, person }) {
  const page = await open(await person('Leo Fontaine'))
  const image = await picture(browser, 640, 480, '<div style="height:100%;background:linear-gradient(#fa0,#05f)"></div>')
  const words = `With files ${Math.random().toString(36).slice(2)}`
  await page.goto('/new')
  await write(page.getByLabel('What are you working on?'), words)
  await attach(page.getByRole('button', { name: 'Add files' }), [
    { name: 'still.png', mimeType: 'image/png', buffer: image },
    { name: 'take.wav', mimeType: 'audio/wav', buffer: tone(2) },
    { name: 'scene.webm', mimeType: 'video/webm', buffer: await video(browser) },
    { name: 'spare.png', mimeType: 'image/png', buffer: image },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') },
  ])
  await see(page.getByText('notes.txt is not a picture, recording, video or PDF'))
  const files = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  for (const name of ['still.png', 'take.wav', 'scene.webm', 'spare.png']) await see(files.filter({ hasText: name }).getByText(/^Ready/))
  await press(page.getByRole('button', { name: 'Remove: spare.png' }))
  await gone(files.filter({ hasText: 'spare.png' }))
  // Files that have arrived are still attached after a reload.
  await page.reload()
  await see(files.filter({ hasText: 'take.wav' }).getByText(/^Ready/))
  await press(page.getByRole('button', { name: 'Post', exact: true }))

  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  const shown = post.getByRole('button', { name: /^Open picture/ })
  await shown.locator('img').evaluate((img) => img.decode())
  await press(shown)
  const viewer = page.getByRole('dialog', { name: /^Pictures of/ })
  await see(viewer)
  await viewer.locator('img').evaluate((img) => img.decode())
  await page.keyboard.press('Escape')
  await gone(viewer)
  check(await shown.evaluate((button) => button === document.activeElement), 'the focus is back where it was')

  await press(post.getByRole('button', { name: /^Play/ }))
  await see(post.getByRole('button', { name: /^Pause/ }))
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0))
  // What is drawn is what is heard: a tone as loud from its beginning to its end.
  await see(post.locator('[data-wave=heard]'))

  const scene = post.locator('video')
  await scene.evaluate(async (element) => {
    await element.play()
  })
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some((element) => element.currentTime > 0 && element.videoWidth === 320))
}

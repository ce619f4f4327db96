import { picture, tone } from './lib/files.mjs'
import { check, gone, see } from './lib/see.mjs'

export const title = 'A post with a picture and a recording; the picture opens large, the recording plays'

export default async function ({ browser, open, person }) {
  const page = await open(await person('Leo Fontaine'))
  const image = await picture(browser, 640, 480, '<div style="height:100%;background:linear-gradient(#fa0,#05f)"></div>')
  const words = `With files ${Math.random().toString(36).slice(2)}`
  await page.goto('/new')
  await page.getByLabel('What are you working on?').fill(words)
  await page.getByLabel('Files to attach').setInputFiles([
    { name: 'still.png', mimeType: 'image/png', buffer: image },
    { name: 'take.wav', mimeType: 'audio/wav', buffer: tone(2) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') },
  ])
  await see(page.getByText('notes.txt is not a picture, recording, video or PDF'))
  const files = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await see(files.filter({ hasText: 'still.png' }).getByText(/^Ready/))
  await see(files.filter({ hasText: 'take.wav' }).getByText(/^Ready/))
  // Files that have arrived are still attached after a reload.
  await page.reload()
  await see(files.filter({ hasText: 'take.wav' }).getByText(/^Ready/))
  await page.getByRole('button', { name: 'Post', exact: true }).click()

  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  const shown = post.getByRole('button', { name: /^Open picture/ })
  await shown.locator('img').evaluate((img) => img.decode())
  await shown.click()
  const viewer = page.getByRole('dialog', { name: /^Pictures of/ })
  await see(viewer)
  await viewer.locator('img').evaluate((img) => img.decode())
  await page.keyboard.press('Escape')
  await gone(viewer)
  check(await shown.evaluate((button) => button === document.activeElement), 'the focus is back where it was')

  await post.getByRole('button', { name: /^Play/ }).click()
  await see(post.getByRole('button', { name: /^Pause/ }))
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0))
}

import { attach, drop, press, slide, write } from './lib/hands.mjs'
import { picture, tone, video } from './lib/files.mjs'
import { until } from './lib/people.mjs'
import { check, gone, isAt, see } from './lib/see.mjs'

export const title = 'A post with a picture, a recording and a video, and words about them: the picture opens large, the others play, others read the words'

const SUNSET = 'Orange light above blue water.'
const HUM = 'A low hum, ten seconds long.'
const DUSK = 'Orange light above blue water, at dusk.'
const SCENE = 'A black square crosses the picture.'

export default async function ({ browser, open, person }) {
  const leo = await person('Leo Fontaine')
  const page = await open(leo)
  const image = await picture(browser, 640, 480, '<div style="height:100%;background:linear-gradient(#fa0,#05f)"></div>')
  const words = `With files ${Math.random().toString(36).slice(2)}`
  // What is said before a file has arrived goes with it; later words have their own way.
  let go
  const held = new Promise((done) => (go = done))
  await page.route('**/api/media/upload', async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/new')
  await write(page.getByLabel('What are you working on?'), words)
  await attach(page.getByRole('button', { name: 'Add files' }), [
    { name: 'still.png', mimeType: 'image/png', buffer: image },
    { name: 'take.wav', mimeType: 'audio/wav', buffer: tone(10) },
    { name: 'scene.webm', mimeType: 'video/webm', buffer: await video(browser) },
    { name: 'spare.png', mimeType: 'image/png', buffer: image },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') },
  ])
  await see(page.getByText('notes.txt is not a picture, recording, video or PDF'))
  const files = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')
  await describe(page, 'still.png', 'What does the picture show?', SUNSET)
  // What is dropped beside the button is taken as well; what is on its way can be stopped.
  await drop(page.getByRole('form', { name: 'New post' }), [{ name: 'dropped.png', mimeType: 'image/png', buffer: image }])
  await see(files.filter({ hasText: 'dropped.png' }))
  await press(page.getByRole('button', { name: 'Cancel: dropped.png' }))
  await gone(files.filter({ hasText: 'dropped.png' }))
  go()
  for (const name of ['still.png', 'take.wav', 'scene.webm', 'spare.png']) await see(files.filter({ hasText: name }).getByText(/^Ready/))
  await press(page.getByRole('button', { name: 'Remove: spare.png' }))
  await gone(files.filter({ hasText: 'spare.png' }))
  await describe(page, 'take.wav', 'What is heard?', HUM)
  // Files that have arrived are still attached after a reload, with what was said of them.
  await page.reload()
  await see(files.filter({ hasText: 'take.wav' }).getByText(/^Ready/))
  await see(files.filter({ hasText: 'take.wav' }).getByText(HUM))
  await see(files.filter({ hasText: 'still.png' }).getByText(SUNSET))
  await press(page.getByRole('button', { name: 'Post', exact: true }))

  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  const shown = post.getByRole('button', { name: `Open picture 1 of 1: ${SUNSET}` })
  await shown.locator('img').evaluate((img) => img.decode())
  await press(shown)
  const viewer = page.getByRole('dialog', { name: /^Pictures of/ })
  await see(viewer)
  await viewer.locator('img').evaluate((img) => img.decode())
  await page.keyboard.press('Escape')
  await gone(viewer)
  await isAt(shown, 'the focus is back where it was')

  await press(post.getByRole('button', { name: /^Play/ }))
  await see(post.getByRole('button', { name: /^Pause/ }))
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0))
  await press(post.getByRole('button', { name: /^Pause/ }))
  await see(post.getByRole('button', { name: /^Play/ }))
  // What is drawn is what is heard: a tone as loud from its beginning to its end.
  await see(post.locator('[data-wave=heard]'))
  const bars = await post.locator('[data-wave=heard] rect[rx]').evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))))
  check(bars.length === 90 && Math.min(...bars) > 0.8 * Math.max(...bars), `the wave is one tone: ${bars}`)
  await slide(post.getByLabel(/^Position in: /), 5)
  await see(post.getByText('0:05 / 0:10'))

  const scene = post.locator('video')
  await press(scene)
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some((element) => element.currentTime > 0 && element.videoWidth === 320))

  // Somebody else reads what was said; the post itself hears of it by an event.
  const mine = async () => (await leo.get(`/users/${leo.username}/posts`)).posts[0]
  const hears = (text, at) => until(`the post knows: ${text}`, async () => (await mine()).media[at].altText === text)
  await hears(SUNSET, 0)
  await hears(HUM, 1)
  const { id } = await mine()
  const guest = await open(await person('Nora Wells'))
  await guest.goto(`/post/${id}`)
  const seen = guest.getByRole('article').filter({ hasText: words })
  await see(seen.getByText(HUM))
  await press(seen.getByRole('button', { name: `Open picture 1 of 1: ${SUNSET}` }))
  const large = guest.getByRole('dialog', { name: /^Pictures of/ })
  await see(large.getByAltText(SUNSET))
  await see(large.getByText(SUNSET))
  await large.getByAltText(SUNSET).evaluate((image) => image.decode())
  await press(large.getByRole('button', { name: 'Close' }))
  await gone(large)
  // The files are there for others, and for whoever has no account.
  for (const somebody of [guest, await open()]) {
    await somebody.goto(`/post/${id}`)
    const theirs = somebody.getByRole('article').filter({ hasText: words })
    await theirs.getByRole('button', { name: /^Open picture/ }).locator('img').evaluate((image) => image.decode())
    await press(theirs.getByRole('button', { name: /^Play: Recording by/ }))
    await somebody.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0))
    await somebody.waitForFunction(() => document.querySelector('video')?.videoWidth === 320)
  }

  // Words are found for the video, too, and better ones for the picture.
  await press(post.getByRole('button', { name: 'More' }))
  await press(page.getByRole('menuitem', { name: 'Edit' }))
  const edit = page.getByRole('dialog', { name: 'Edit the post' })
  await write(edit.getByLabel('Description of the picture'), DUSK)
  await write(edit.getByLabel('Description of the video'), SCENE)
  await press(edit.getByRole('button', { name: 'Save' }))
  await gone(edit)
  await see(post.getByRole('button', { name: `Open picture 1 of 1: ${DUSK}` }))
  await see(post.getByText(SCENE))
  check(!(await mine()).editedAt, 'who describes a file does not edit the words of the post')
  await hears(DUSK, 0)
  await hears(SCENE, 2)
  await guest.goto(`/u/${leo.username}?tab=media`)
  await see(guest.getByRole('link', { name: `Picture in a post by Leo Fontaine: ${DUSK}` }))
  await see(guest.getByRole('link', { name: `Film in a post by Leo Fontaine: ${SCENE}` }))
}

/** Says what a file shows, before the post is sent. */
async function describe(page, name, question, words) {
  await press(page.getByRole('button', { name: `Add a description: ${name}` }))
  await write(page.getByLabel(question), words)
  await press(page.getByRole('button', { name: 'Done' }))
  const again = page.getByRole('button', { name: `Edit the description: ${name}` })
  await see(again)
  await isAt(again, 'the focus is where the words are changed')
}

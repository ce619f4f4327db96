import { picture } from './lib/files.mjs'
import { attach, press, write } from './lib/hands.mjs'
import { check, gone, isAt, see } from './lib/see.mjs'

export const title = 'A post that is refused is kept whole: it is thrown away, taken back, and written again with its file'

export default async function ({ browser, open, person }) {
  const page = await open(await person('Ivo Lang'))
  const words = `Not like this ${Math.random().toString(36).slice(2)}`
  await page.goto('/')
  const text = page.getByLabel('What are you working on?')
  await write(text, words)
  const image = await picture(browser, 320, 240, '<div style="height:100%;background:linear-gradient(#285,#fd5)"></div>')
  await attach(page.getByRole('button', { name: 'Add files' }), [{ name: 'still.png', mimeType: 'image/png', buffer: image }])
  const file = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem').filter({ hasText: 'still.png' })
  await see(file.getByText(/^Ready/))
  // What the server would refuse in tags is said before it is sent.
  await write(page.getByLabel('Tags'), 'voice, c++')
  await see(page.getByText('“c++” cannot be a tag'))
  check(await page.getByRole('button', { name: 'Post', exact: true }).isDisabled(), 'it cannot be sent so')
  await write(page.getByLabel('Tags'), 'voice')

  let isRefused = true
  await page.route('**/api/posts', (route) => {
    if (!isRefused || route.request().method() !== 'POST') return route.fallback()
    return route.fulfill({ status: 400, json: { error: 'Bad Request', code: 'VALIDATION_ERROR', message: 'Somebody has changed the rules', requestId: '1' } })
  })
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  const waiting = page.getByRole('group', { name: 'A post that waits' })
  await see(waiting.getByText('Somebody has changed the rules'))
  await press(waiting.getByRole('button', { name: 'Throw away' }))
  await gone(waiting)
  await press(page.getByRole('button', { name: 'Undo' }))
  await see(waiting.getByText(words))
  isRefused = false
  await press(waiting.getByRole('button', { name: 'Write it again' }))
  await gone(waiting)
  check((await text.inputValue()) === words, 'the words are where they are written')
  await isAt(text, 'and so is whoever writes')
  check((await page.getByLabel('Tags').inputValue()) === 'voice', 'the tags are there')
  await see(file.getByText(/^Ready/))
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  const post = page.getByRole('article').filter({ hasText: words })
  await post.getByRole('button', { name: /^Open picture/ }).locator('img').evaluate((img) => img.decode())
  check((await page.getByRole('article').filter({ hasText: words }).count()) === 1, 'it was written once')
}

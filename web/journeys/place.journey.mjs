import { press, seek } from './lib/hands.mjs'
import { check, see } from './lib/see.mjs'

export const title = 'A long list keeps its place when one comes back to it'

export default async function ({ open, person }) {
  const writer = await person('Ola Nilsen')
  for (let number = 1; number <= 24; number++) {
    await writer.post('/posts', { content: `Number ${number} of many: the one thing I would tell anybody who begins is to listen for longer than is comfortable.`, visibility: 'public' })
  }
  const page = await open(writer)
  await page.goto(`/u/${writer.username}`)
  const post = page.getByRole('article').filter({ hasText: 'Number 8 of many' })
  await seek(post, page.getByRole('article'))
  await post.scrollIntoViewIfNeeded()
  // Where it stands when one leaves: on the way to the link it may move.
  await page.evaluate((words) => {
    const article = [...document.querySelectorAll('article')].find((one) => one.textContent.includes(words))
    addEventListener('click', () => (window.leftAt = Math.round(article.getBoundingClientRect().top)), { capture: true, once: true })
  }, 'Number 8 of many')
  await press(post.getByRole('link', { name: 'Comments' }))
  await see(page.getByRole('heading', { name: 'Comments' }))
  const place = await page.evaluate(() => window.leftAt)
  check((await page.evaluate(() => window.scrollY)) < 50, 'another page begins at its beginning')
  await page.goBack()
  await see(post)
  await page.waitForFunction(
    ([words, top]) => {
      const article = [...document.querySelectorAll('article')].find((one) => one.textContent.includes(words))
      return article && Math.abs(article.getBoundingClientRect().top - top) < 4
    },
    ['Number 8 of many', place],
  )
}

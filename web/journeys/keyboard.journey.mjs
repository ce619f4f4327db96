import { press } from './lib/hands.mjs'
import { check, isAt, reads, see } from './lib/see.mjs'

export const title = 'With the keyboard alone: past the navigation, a post by Ctrl + Enter, its menu, its end'

/** A phone has no keyboard; the other journeys are walked with it as well. */
export const sizes = ['keyboard']

export default async function ({ open, person }) {
  const page = await open(await person('Kim Adeyemi'))
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute('aria-label'))
  await page.goto('/')
  await reads(page.getByRole('heading', { level: 1 }), 'Home')
  await page.keyboard.press('Tab')
  check((await focused()) === 'Skip to the page', 'the first stop leads past the navigation')
  await page.keyboard.press('Enter')
  await isAt(page.locator('#main'), 'the focus is at the page')
  const text = page.getByLabel('What are you working on?')
  for (let stop = 0; stop < 5 && !(await text.evaluate((area) => area === document.activeElement)); stop++) await page.keyboard.press('Tab')
  const words = `Typed, not clicked ${Math.random().toString(36).slice(2)}`
  await page.keyboard.type(words)
  await page.keyboard.press('Control+Enter')
  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  const more = post.getByRole('button', { name: 'More' })
  const dialog = page.getByRole('dialog', { name: 'Delete this post?' })
  await press(more)
  await press(page.getByRole('menuitem', { name: 'Delete' }))
  await see(dialog)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await isAt(more, 'the focus is back at the button')
  await page.keyboard.press('ArrowDown')
  await press(page.getByRole('menuitem', { name: 'Delete' }))
  await see(dialog)
  await press(dialog.getByRole('button', { name: 'Delete' }))
  await post.waitFor({ state: 'detached' })
}

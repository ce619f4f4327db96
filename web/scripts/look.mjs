// How a page is looked at.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Everything in sight is there, under one heading. */
export const isThere = (page) =>
  page.waitForFunction(() => {
    // Hidden, above or below, an image may wait until somebody comes near.
    const isNear = (image) => image.checkVisibility() && image.getBoundingClientRect().top <= innerHeight && image.getBoundingClientRect().bottom >= 0
    return document.querySelectorAll('h1').length === 1 && !document.querySelector('.skeleton') && document.fonts.status === 'loaded' && [...document.images].every((image) => image.complete || !isNear(image))
  })

/** What a page is, has to be there: else it is another page that was looked at. */
async function isIt(page, { h1, dialog, sees }) {
  const wrong = (what) => async () => {
    const headings = (locator) => locator.evaluateAll((all) => all.map(({ innerText }) => innerText.split('\n')[0]).join(', '))
    const [heading, open] = [await headings(page.locator('h1')), await headings(page.getByRole('dialog'))]
    throw new Error(`${what}. The page is “${heading}”, with ${open || 'no dialog'}`)
  }
  await page.waitForFunction((wanted) => document.querySelector('h1')?.textContent.replace(/\s+/g, ' ').trim() === wanted, h1, { timeout: 60_000 }).catch(wrong(`its heading is not “${h1}”`))
  if (dialog) await page.getByRole('dialog', { name: dialog, exact: true }).waitFor({ timeout: 60_000 }).catch(wrong(`there is no dialog ${dialog}`))
  if ((await page.getByRole('dialog').count()) !== (dialog ? 1 : 0)) await wrong(dialog ? 'there is another dialog' : 'there is a dialog')()
  if (sees) await page.getByText(sees, typeof sees === 'string' ? { exact: true } : {}).filter({ visible: true }).first().waitFor({ timeout: 60_000 }).catch(wrong(`nobody reads ${sees} there`))
}

/** Goes there, has it looked at when everything in sight is there, and leaves it as it was. */
export async function visit(page, entry, look) {
  try {
    await arrive(page, entry)
    await look()
    await entry.after?.(page)
    await page.unrouteAll()
  } catch (error) {
    throw new Error(`${entry.name} (${entry.path}): ${error.message}`, { cause: error })
  }
}

async function arrive(page, entry) {
  if (!entry.h1) throw new Error('it does not say what its heading is')
  await entry.before?.(page)
  // A change behind the # alone would load nothing anew.
  await page.goto('about:blank')
  await page.goto(entry.path)
  await isThere(page)
  await entry.first?.(page)
  await isThere(page)
  await isIt(page, entry)
  if (!entry.fails) await isTaken(page)
  await isThere(page)
  await page.waitForLoadState('networkidle')
}

/**
 * What `public/first.js` asks before a page is there is what that page would ask: else it was asked for nothing. What
 * `src/early.ts` keeps for pages is not seen here, but what they take themselves.
 */
async function isTaken(page) {
  const left = () => page.evaluate(() => Object.keys(window.jointEarly ?? {}))
  await page.waitForFunction(() => Object.keys(window.jointEarly ?? {}).length === 0, undefined, { timeout: 2000 }).catch(async () => {
    throw new Error(`nobody has taken what was asked early: ${(await left()).join(', ')}`)
  })
}

/** The same page in this theme, when it has stopped to move. */
export async function inTheme(page, theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted && document.getAnimations().every(({ playState }) => playState === 'finished'), theme)
}

/**
 * What axe finds, and whether it is serious: besides what it looks for anyway, targets that are too small for a finger (WCAG 2.2).
 * What it cannot tell, as of words on a gradient or targets with more in them than there is room for, is for a person to look at.
 */
export async function look(page) {
  const options = { resultTypes: ['violations', 'incomplete'], rules: { 'target-size': { enabled: true } } }
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations, incomplete } = await page.evaluate((how) => window.axe.run(document, how), options)
  const words = ({ id, impact, nodes }) => `${id} (${impact}) ${nodes.length}× ${nodes[0].target} ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`
  // A dot between two words is decoration.
  const isOpen = ({ any }) => any[0]?.data?.messageKey !== 'shortTextContent'
  const unclear = incomplete.filter(({ id }) => id === 'color-contrast' || id === 'target-size').flatMap(({ id, nodes }) => nodes.filter(isOpen).map((node) => ({ id, ...node })))
  return {
    found: violations.map((one) => ({ isSerious: one.impact === 'serious' || one.impact === 'critical', words: words(one) })),
    unclear: unclear.map(({ id, target, any }) => ({ target: String(target), why: `${id}: ${any[0]?.message ?? 'nobody knows'}` })),
  }
}

/** How much wider than its window the page is. */
export const excess = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

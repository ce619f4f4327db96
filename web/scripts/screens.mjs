// Pictures of every page, on a phone and a desk, in both themes, and what axe finds there.
//   npm run screens -- [--valine PATH] [--out ../docs/screens] [--only name] [--size phone] [--theme dark] [--bare]
// `--size narrow` and `wide` are the narrowest and the widest window; `--bare` leaves axe out. Exit code 1 when axe finds
// something serious.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { argument, given } from '../journeys/lib/arguments.mjs'
import { desk, openBrowser, phone } from '../journeys/lib/browser.mjs'
import { System } from '../journeys/lib/system.mjs'
import { excess, inTheme, isThere, look, visit } from './look.mjs'
import { byPerson, pagesOf } from './pages.mjs'
import { scene } from './scene.mjs'

const sizes = { desk, phone, wide: { viewport: { width: 2560, height: 1300 } }, narrow: { viewport: { width: 320, height: 640 } } }
/** A longer page is cut off there. */
const LONGEST = 6000
const out = argument('--out') ?? '../docs/screens'
const only = argument('--only')
mkdirSync(out, { recursive: true })

const system = await System.start(argument('--valine') ?? process.env.VALINE ?? '../target/release/valine')
const browser = await openBrowser()
let bad = 0
let bytes = 0
const taken = new Set()
/** What axe cannot tell, by why: the first of them, and where it was seen. */
const unclear = new Map()
try {
  await everything()
} finally {
  await browser.close()
  await system.stop()
}
for (const [why, [first, ...others]] of unclear) console.log(`look ${why}: ${first}${others.length > 0 ? `, and ${others.length} more` : ''}`)
// Of a page that has another name by now there is no new picture.
if (!only && !argument('--size') && !argument('--theme')) for (const name of readdirSync(out)) if (name.endsWith('.webp') && !taken.has(name)) rmSync(`${out}/${name}`)
console.log(bad === 0 ? `Nothing serious in ${taken.size} pictures, ${(bytes / 1024 / 1024).toFixed(1)} MB; they are in ${out}` : `${bad} serious findings`)
process.exit(bad === 0 ? 0 : 1)

async function everything() {
  const pages = pagesOf(await scene(system, browser)).filter(({ name }) => !only || name.startsWith(only))
  for (const size of argument('--size')?.split(',') ?? ['desk', 'phone']) {
    for (const theme of argument('--theme')?.split(',') ?? ['light', 'dark']) {
      for (const [someone, theirs] of byPerson(pages)) {
        const context = await browser.newContext({ ...sizes[size], colorScheme: theme, reducedMotion: 'reduce', baseURL: system.site, permissions: ['clipboard-read', 'clipboard-write'] })
        context.setDefaultTimeout(120_000)
        await someone?.enter(context)
        const page = await context.newPage()
        const complaints = []
        page.on('console', (message) => {
          if (message.type() === 'error' && !/401|404/.test(message.text())) complaints.push(message.text())
        })
        page.on('pageerror', (error) => complaints.push(String(error)))
        for (const entry of theirs) {
          await visit(page, entry, async () => {
            await inTheme(page, theme)
            await take(page, entry, `${size}-${theme}`)
          })
          tell(`${entry.name}-${size}-${theme}`, entry.fails ? [] : complaints)
          complaints.length = 0
        }
        await context.close()
      }
    }
  }
}

async function take(page, { name, path, first, whole }, kind) {
  // The browser remembers how far down somebody was at this address.
  if (!first && !path.includes('#')) await page.evaluate(() => window.scrollTo(0, 0))
  keep(`${name}-${kind}`, await photograph(page))
  const wide = await excess(page)
  if (wide > 0) tell(`${name}-${kind}`, [`is ${wide} px wider than the window`])
  if (!given('--bare')) {
    const { found, unclear: some } = await look(page)
    tell(`${name}-${kind}`, found.filter(({ isSerious }) => isSerious).map(({ words }) => words))
    for (const { words } of found.filter(({ isSerious }) => !isSerious)) console.log(`note ${name}-${kind}: ${words}`)
    for (const { target, why } of some) unclear.set(why, [...(unclear.get(why) ?? []), `${target} of ${name}-${kind}`])
  }
  if (whole) keep(`${name}-whole-${kind}`, await unrolled(page))
}

function keep(name, picture) {
  writeFileSync(`${out}/${name}.webp`, picture)
  taken.add(`${name}.webp`)
  bytes += picture.length
}

function tell(name, complaints) {
  bad += complaints.length
  for (const complaint of complaints) console.log(`BAD  ${name}: ${complaint.slice(0, 300)}`)
}

/** What is in sight, as WebP: a third of what a JPEG takes. One pixel for each of the page's own. */
async function photograph(page, quality = 70) {
  // A caret that blinks would be there or not.
  await page.evaluate(() => {
    const still = new CSSStyleSheet()
    still.replaceSync('* { caret-color: transparent !important }')
    document.adoptedStyleSheets = [still]
  })
  const session = await page.context().newCDPSession(page)
  const { cssVisualViewport: sight } = await session.send('Page.getLayoutMetrics')
  const clip = { x: sight.pageX, y: sight.pageY, width: sight.clientWidth, height: sight.clientHeight, scale: 1 }
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality, clip })
  await session.detach()
  return Buffer.from(data, 'base64')
}

/** All of a long page, in a window that is as high: what stands at the window's edges stands at the page's. */
async function unrolled(page) {
  const { width, height } = page.viewportSize()
  await page.setViewportSize({ width, height: Math.min(await page.evaluate(() => document.documentElement.scrollHeight), LONGEST) })
  await isThere(page)
  // A recording is drawn when it comes in sight.
  await page.waitForFunction(() => !document.querySelector('[data-wave=unknown]'))
  const picture = await photograph(page, 55)
  await page.setViewportSize({ width, height })
  return picture
}

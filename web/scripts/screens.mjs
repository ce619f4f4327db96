// Pictures of every page, on a phone and a desk, in both themes, and what axe finds there.
//   npm run screens -- [--valine PATH] [--out ../docs/screens] [--only name] [--size phone] [--theme dark] [--bare]
// `--size narrow` and `wide` are the narrowest and the widest window; `--bare` leaves axe out. Exit code 1 when axe finds
// something serious.
import { mkdirSync, writeFileSync } from 'node:fs'
import { argument, given } from '../journeys/lib/arguments.mjs'
import { desk, openBrowser, phone } from '../journeys/lib/browser.mjs'
import { System } from '../journeys/lib/system.mjs'
import { excess, look, pagesOf, show } from './pages.mjs'
import { scene } from './scene.mjs'

const sizes = { desk, phone, wide: { viewport: { width: 2560, height: 1300 } }, narrow: { viewport: { width: 320, height: 640 } } }
const out = argument('--out') ?? '../docs/screens'
const only = argument('--only')
mkdirSync(out, { recursive: true })

const system = await System.start(argument('--valine') ?? process.env.VALINE ?? '../target/release/valine')
const browser = await openBrowser()
let bad = 0
let count = 0
let bytes = 0
try {
  await everything()
} finally {
  await browser.close()
  await system.stop()
}
console.log(bad === 0 ? `Nothing serious in ${count} pictures, ${(bytes / 1024 / 1024).toFixed(1)} MB; they are in ${out}` : `${bad} serious findings`)
process.exit(bad === 0 ? 0 : 1)

async function everything() {
  const world = await scene(system, browser)
  const pages = pagesOf(world).filter(({ name }) => !only || name.startsWith(only))
  for (const size of argument('--size')?.split(',') ?? ['desk', 'phone']) {
    const device = sizes[size]
    for (const theme of argument('--theme')?.split(',') ?? ['light', 'dark']) {
      for (const someone of [undefined, world.mara, world.nils, world.theo]) {
        const context = await browser.newContext({ ...device, colorScheme: theme, reducedMotion: 'reduce', baseURL: system.site })
        context.setDefaultTimeout(120_000)
        await someone?.enter(context)
        const page = await context.newPage()
        const complaints = []
        page.on('console', (message) => {
          if (message.type() === 'error' && !/401|404/.test(message.text())) complaints.push(message.text())
        })
        page.on('pageerror', (error) => complaints.push(String(error)))
        for (const { name, path, first } of pages.filter((one) => one.as === someone)) {
          await take(page, { name: `${name}-${size}-${theme}`, path, first }, complaints)
        }
        await context.close()
      }
    }
  }
}

async function take(page, { name, path, first }, complaints) {
  await show(page, { path, first })
  // The browser remembers how far down somebody was at this address.
  if (!first && !path.includes('#')) await page.evaluate(() => window.scrollTo(0, 0))
  const picture = await photograph(page)
  writeFileSync(`${out}/${name}.webp`, picture)
  count += 1
  bytes += picture.length
  const wide = await excess(page)
  if (wide > 0) complaints.push(`is ${wide} px wider than the window`)
  for (const { isSerious, words } of given('--bare') ? [] : await look(page)) {
    if (isSerious) bad += 1
    console.log(`${isSerious ? 'BAD ' : 'note'} ${name}: ${words}`)
  }
  for (const complaint of complaints.splice(0)) {
    bad += 1
    console.log(`BAD  ${name}: ${complaint.slice(0, 300)}`)
  }
}

/** What is in sight, as WebP: a third of what a JPEG takes. One pixel for each of the page's own. */
async function photograph(page) {
  // A caret that blinks would be there or not.
  await page.evaluate(() => {
    const still = new CSSStyleSheet()
    still.replaceSync('* { caret-color: transparent !important }')
    document.adoptedStyleSheets = [still]
  })
  const session = await page.context().newCDPSession(page)
  const { cssVisualViewport: sight } = await session.send('Page.getLayoutMetrics')
  const clip = { x: sight.pageX, y: sight.pageY, width: sight.clientWidth, height: sight.clientHeight, scale: 1 }
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70, clip })
  await session.detach()
  return Buffer.from(data, 'base64')
}

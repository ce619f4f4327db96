// What the app costs on a slow phone: a CPU four times slower, slow 4G. Fails above the limits below.
//   npm run bench -- [--valine PATH] [--rounds 3] [--only profile]    pages of this name, and what is done on them
import { loadavg } from 'node:os'
import { argument } from '../journeys/lib/arguments.mjs'
import { openBrowser } from '../journeys/lib/browser.mjs'
import { System } from '../journeys/lib/system.mjs'
import { deeds, longList } from './deeds.mjs'
import { pagesOf } from './pages.mjs'
import { scene } from './scene.mjs'
import { middle, proveNetwork, proveSlow, settled, slowPhone } from './slow.mjs'
import { kilobytes, LIMIT, weights } from './weight.mjs'

/** An interaction stays under its limit; the others may reach theirs. */
const within = { javascript: (kB) => kB <= LIMIT, lcp: (ms) => ms <= 2500, cls: (share) => share <= 0.05, inp: (ms) => ms < 200 }
const rounds = Number(argument('--rounds') ?? 3)
const isAsked = (name) => name.startsWith(argument('--only') ?? '')

/** One of each kind, by their names in scripts/pages. */
const MEASURED = [
  'landing', 'explore-visitor', 'signup', 'login', 'forgot', 'verify', 'profile-visitor', 'post-visitor', 'not-found', 'home', 'home-newcomer', 'explore', 'new-post', 'post', 'profile',
  'profile-media', 'profile-other', 'profile-asked', 'edit-profile', 'search', 'network', 'settings', 'settings-security', 'welcome', 'staff-reports', 'staff-accounts', 'staff-queues',
]

let over = 0
for (const [name, kB] of weights()) line(within.javascript(kB), `JavaScript, gzip ${kB.toFixed(1)} kB  ${name}`)
const system = await System.start(argument('--valine') ?? process.env.VALINE ?? '../target/release/valine')
// React makes some errors when it begins. In a browser that is inspected, V8 wants to know where each of them was made, and parses most of
// the program a second time to find out; in anybody's own it does not. So here it notes positions when it first compiles.
const browser = await openBrowser('--js-flags=--no-enable-lazy-source-positions')
try {
  const world = await scene(system, browser)
  const pages = pagesOf(world)
  console.log(await proveSlow(browser, system.site))
  const named = (name) => pages.find((one) => one.name === name) ?? fail(`there is no page ${name}`)
  for (const name of MEASURED.filter(isAsked)) await paint(named(name))
  await longList(world.sam)
  await interactions(world.mara, (name) => (name === 'long' ? { path: `/u/${world.sam.username}`, h1: world.sam.name } : named(name)))
} finally {
  await browser.close()
  await system.stop()
}
console.log(`The machine's load meanwhile: ${loadavg()[0].toFixed(1)}; on a busy one every time is longer.`)
console.log(over === 0 ? 'Within all limits' : `${over} over the limit`)
process.exit(over === 0 ? 0 : 1)

function fail(words) {
  throw new Error(words)
}

function line(isFine, words) {
  if (!isFine) over += 1
  console.log(`${isFine ? 'ok  ' : 'SLOW'}  ${words}`)
}

/** Scripts that a page has fetched, and when the last of each had come. */
function scripts(page) {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name, responseEnd }) => ({ file: new URL(name).pathname.slice(1), at: responseEnd }))
      .filter(({ file }) => file.endsWith('.js')),
  )
}

function weigh(all) {
  return [...new Set(all.map(({ file }) => file))].reduce((sum, file) => sum + kilobytes(file), 0)
}

/** From nothing to a page that is there, and stays as it is. */
async function paint({ name, path, as, h1 }) {
  const found = []
  for (let round = 0; round < rounds; round++) {
    const { context, page } = await slowPhone(browser, system.site, as)
    await page.goto(path)
    await settled(page, h1)
    await page.waitForLoadState('networkidle')
    await page.waitForFunction(() => window.seen.lcp > 0)
    await proveNetwork(page)
    const seen = await page.evaluate(() => window.seen)
    const fetched = await scripts(page)
    if (fetched.length === 0) fail(`${name} has fetched no script`)
    found.push({ ...seen, first: weigh(fetched.filter(({ at }) => at <= seen.there)), all: weigh(fetched) })
    await context.close()
  }
  const lcp = middle(found.map((one) => one.lcp))
  const shifted = found.reduce((most, one) => (one.cls > most.cls ? one : most))
  const most = (what) => Math.max(...found.map((one) => one[what]))
  const all = found.map((one) => (one.lcp / 1000).toFixed(2)).join(', ')
  line(within.lcp(lcp), `largest contentful paint ${(lcp / 1000).toFixed(2)} s (${all})  ${name}${within.lcp(lcp) ? '' : `  ${found[0].what}`}`)
  line(within.cls(shifted.cls), `layout shift ${shifted.cls.toFixed(3)}  ${name}${within.cls(shifted.cls) ? '' : `  ${shifted.moved}`}`)
  // With what its posts, its editors and the like need besides: not held to the limit of what any page begins with.
  console.log(`note  JavaScript fetched until it is there ${most('first').toFixed(1)} kB, until it is quiet ${most('all').toFixed(1)} kB  ${name}`)
}

/** What people press and type. Of a round the slowest of its interactions counts, and of the rounds the middle. */
async function interactions(mara, pageOf) {
  const asked = deeds.filter(([, page]) => isAsked(page)).map(([name, on, act]) => ({ ...pageOf(on), name, act, found: [] }))
  for (let round = 0; round < rounds; round++) {
    const { context, page } = await slowPhone(browser, system.site, mara)
    for (const deed of asked) deed.found.push(await done(page, deed, round))
    await context.close()
  }
  for (const { name, found } of asked) {
    const ms = middle(found.map(({ duration }) => duration))
    const { what, count } = found.find(({ duration }) => duration === ms)
    const shifted = found.reduce((most, one) => (one.after > most.after ? one : most))
    line(within.inp(ms), `interaction to next paint ${ms} ms (${found.map(({ duration }) => duration).join(', ')}; ${what}, ${count} seen)  ${name}`)
    line(within.cls(shifted.after), `layout shift ${shifted.before.toFixed(3)}, and ${(shifted.after - shifted.before).toFixed(3)} meanwhile  ${name}${within.cls(shifted.after) ? '' : `  ${shifted.moved}`}`)
  }
}

async function done(page, { name, path, h1, act }, round) {
  await page.goto(path)
  await settled(page, h1)
  await page.waitForLoadState('networkidle')
  const before = await page.evaluate(() => window.seen.cls)
  await act(page, round)
  // An interaction counts until what it changed is painted; that is told after the next frames.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))))
  await page.waitForLoadState('networkidle')
  const { interactions: told, cls, moved } = await page.evaluate(() => window.seen)
  const slowest = Object.values(told).sort((a, b) => b.duration - a.duration)[0]
  if (!slowest) fail(`the browser tells of no interaction of whoever ${name}`)
  return { duration: slowest.duration, what: slowest.name, count: Object.keys(told).length, before, after: cls, moved }
}

// Walks through the site as people do, in a real browser: on a desk, on a phone, and with the keyboard alone.
//   npm run journeys                              starts a system of its own (../target/release/valine)
//   npm run journeys -- --valine PATH             that program
//   npm run journeys -- --site URL                a system that runs; VALINE_ROOT is its folder (../.valine)
//   npm run journeys -- --only media --as phone   one of them; `--only media,theme` two
//   npm run journeys -- --hands 1                 one after the other
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { argument } from './lib/arguments.mjs'
import { desk, openBrowser, phone } from './lib/browser.mjs'
import { fingerAlone, keyboardAlone } from './lib/hands.mjs'
import { Person } from './lib/people.mjs'
import { System } from './lib/system.mjs'

const program = argument('--valine') ?? process.env.VALINE ?? '../target/release/valine'
const site = argument('--site')?.replace(/\/$/, '')
const only = argument('--only')?.split(',')
const as = argument('--as')
/** So many at once: a browser waits most of the time. */
const hands = Number(argument('--hands') ?? 3)

const here = new URL('.', import.meta.url)
const failures = new URL('failed/', here)
rmSync(failures, { recursive: true, force: true })

const journeys = []
const files = readdirSync(here).filter((name) => name.endsWith('.journey.mjs'))
const unknown = only?.filter((one) => !files.some((name) => name.startsWith(one))) ?? []
if (unknown.length > 0) throw new Error(`there is no journey ${unknown.join(', ')}`)
for (const file of files.filter((name) => !only || only.some((one) => name.startsWith(one)))) {
  const { default: walk, title, sizes = ['desk', 'phone', 'keyboard'], isAlone = false } = await import(new URL(file, here))
  for (const size of sizes) if (!as || as === size) journeys.push({ name: file.split('.')[0], walk, title, size, isAlone })
}
if (journeys.length === 0) throw new Error(`no journey is walked as ${as}`)

const began = performance.now()
const browser = await openBrowser()
const system = site ? System.at(site, program, process.env.VALINE_ROOT ?? '../.valine') : await System.start(program)
/** What has failed, by walk: the first of it, which may be why the rest did. */
const failed = new Map()
const fail = (walk, error) => failed.has(walk) || failed.set(walk, error.message.split('\n')[0])
/** Walks that have a system alone, now: two beside the others, for a system more takes its time to start, and half of a processor. */
const alone = new Set()
// Those take longest, so they begin.
const left = journeys.toSorted((one, other) => Number(other.isAlone) - Number(one.isAlone))
try {
  await Promise.all(Array.from({ length: hands }, one))
} finally {
  await browser.close()
  await system.stop().catch((error) => fail('the system of all others', error))
}
console.log(`${journeys.length - failed.size} journeys passed, ${failed.size} failed in ${seconds(began)} s`)
for (const [walk, what] of failed) console.log(`failed: ${walk}: ${what}`)
process.exit(failed.size === 0 ? 0 : 1)

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1)
}

async function one() {
  while (left.length > 0) {
    const at = left.findIndex(({ isAlone }) => !isAlone || alone.size < 2)
    if (at < 0) {
      await Promise.race(alone)
      continue
    }
    const [next] = left.splice(at, 1)
    const walk = travel(next)
    if (next.isAlone) alone.add(walk)
    await walk
    alone.delete(walk)
  }
}

async function travel({ name, walk, title, size, isAlone }) {
  const start = performance.now()
  let its, world
  try {
    // Who kills it, or counts what is in it, has a system alone.
    its = isAlone ? await System.start(program) : system
    world = new World(its, size)
    await walk(world)
    if (world.complaints.length > 0) throw new Error(`the browser complains: ${world.complaints.join('; ')}`)
    console.log(`ok    ${title} (${size}, ${seconds(start)} s)`)
  } catch (error) {
    fail(`${name} (${size})`, error)
    console.log(`FAIL  ${title} (${size}): ${error.stack}`)
    await world?.picture(`${name}-${size}`)
  } finally {
    await world?.end().catch(() => undefined)
    if (isAlone) await its?.stop().catch((error) => fail(`${name} (${size})`, error))
  }
}

/** What a journey begins with: a browser, and people to be. */
function World(system, size) {
  const contexts = []
  this.browser = browser
  this.site = system.site
  this.system = system
  this.size = size
  this.complaints = []

  /** A browser of somebody's own; nobody is logged in there unless a person is given. */
  this.open = async (person, options = {}) => {
    const context = await browser.newContext({ ...(size === 'phone' ? phone : desk), baseURL: system.site, permissions: ['clipboard-write'], ...options })
    // Nobody waits for so long on a machine of his own; one that builds something else meanwhile is no failure of the site.
    context.setDefaultTimeout(120_000)
    contexts.push(context)
    await person?.enter(context)
    context.on('page', (page) => this.watch(page))
    return await context.newPage()
  }
  this.watch = (page) => {
    if (size === 'phone') fingerAlone(page)
    if (size === 'keyboard') {
      keyboardAlone(page)
      void page.addInitScript(() => addEventListener('pointerdown', ({ isTrusted }) => isTrusted && console.error('Uncaught: somebody points at something'), true))
    }
    // A policy that is broken, or a script that fails, is never fine. Refusals are what journeys are about, and pieces that are away.
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      const isMissing = /dynamically imported module/.test(message.text())
      if (message.type() === 'error' && !isMissing && /Content Security Policy|Uncaught|Minified React|\b(Type|Reference|Range|Syntax)Error\b/.test(message.text())) this.complaints.push(message.text())
    })
  }
  this.person = (name) => new Person(system.site, name).arrive()
  this.picture = async (name) => {
    mkdirSync(failures, { recursive: true })
    for (const [index, page] of contexts.flatMap((context) => context.pages()).entries()) {
      await page.screenshot({ path: `journeys/failed/${name}-${index}.png` }).catch(() => undefined)
    }
  }
  this.end = () => Promise.all(contexts.map((context) => context.close()))
}

// What the app costs on a slow phone: a CPU four times slower, slow 4G. Fails above the limits below.
//   npm run bench -- [--valine PATH] [--rounds 3]
import { loadavg } from 'node:os'
import { argument } from '../journeys/lib/arguments.mjs'
import { openBrowser, phone } from '../journeys/lib/browser.mjs'
import { System } from '../journeys/lib/system.mjs'
import { scene } from './scene.mjs'
import { LIMIT, weights } from './weight.mjs'

const LIMITS = { javascript: LIMIT, lcp: 2500, cls: 0.05, inp: 200 }
const rounds = Number(argument('--rounds') ?? 3)

const system = await System.start(argument('--valine') ?? process.env.VALINE ?? '../target/release/valine')
const browser = await openBrowser()
let over = 0
for (const [name, kilobytes] of weights()) line(kilobytes, LIMITS.javascript, `JavaScript, gzip ${kilobytes.toFixed(1)} kB  ${name}`)
try {
  const world = await scene(system, browser)
  await paints(world)
  await interactions(world)
} finally {
  await browser.close()
  await system.stop()
}
console.log(`The machine's load meanwhile: ${loadavg()[0].toFixed(1)}; on a busy one every time is longer.`)
console.log(over === 0 ? 'Within all limits' : `${over} over the limit`)
process.exit(over === 0 ? 0 : 1)

function line(is, limit, words) {
  const bad = is > limit
  if (bad) over += 1
  console.log(`${bad ? 'SLOW' : 'ok  '}  ${words}`)
}

/** A phone that is slow, and remembers nothing but that somebody was here. */
async function slowPhone(person) {
  const context = await browser.newContext({ ...phone, baseURL: system.site })
  context.setDefaultTimeout(60_000)
  await person?.enter(context)
  const page = await context.newPage()
  await page.addInitScript((isMember) => {
    if (isMember) localStorage.setItem('joint.was-here', 'true')
    window.seen = { lcp: 0, cls: 0, what: '', farthest: 0, moved: '', interactions: {} }
    const watch = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more })
    watch('largest-contentful-paint', (entry) => Object.assign(window.seen, { lcp: entry.startTime, what: entry.element?.outerHTML.slice(0, 100) ?? '' }))
    watch('layout-shift', (entry) => {
      if (entry.hadRecentInput) return
      window.seen.cls += entry.value
      if (entry.value <= window.seen.farthest) return
      const nodes = (entry.sources ?? []).map(({ node }) => node?.outerHTML?.slice(0, 100) ?? node?.textContent?.slice(0, 40))
      Object.assign(window.seen, { farthest: entry.value, moved: `after ${Math.round(entry.startTime)} ms: ${nodes.join(' | ')}` })
    })
    watch('event', ({ interactionId, duration, name }) => {
      if (!interactionId) return
      const known = window.seen.interactions[interactionId]
      if (!known || known.duration < duration) window.seen.interactions[interactionId] = { duration, name }
    }, { durationThreshold: 16 })
  }, person !== undefined)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  return { context, page }
}

function settled(page) {
  return page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.skeleton') && document.fonts.status === 'loaded')
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

async function paints({ mara, post }) {
  for (const [path, person] of [['/'], ['/explore'], ['/signup'], [`/u/${mara.username}`], [`/post/${post}`], ['/', mara], ['/explore', mara], [`/u/${mara.username}`, mara], [`/post/${post}`, mara], ['/search?q=narrator', mara], ['/network', mara], ['/settings', mara]]) {
    const found = []
    for (let round = 0; round < rounds; round++) {
      const { context, page } = await slowPhone(person)
      await page.goto(path)
      await settled(page)
      await page.waitForLoadState('networkidle')
      await page.waitForFunction(() => window.seen.lcp > 0)
      found.push(await page.evaluate(() => window.seen))
      await context.close()
    }
    const lcp = middle(found.map((one) => one.lcp))
    const shifted = found.reduce((most, one) => (one.cls > most.cls ? one : most))
    const place = `${path.replace(/[0-9a-f-]{36}/, '…')} (${person ? 'member' : 'visitor'})`
    const all = found.map((one) => (one.lcp / 1000).toFixed(2)).join(', ')
    line(lcp, LIMITS.lcp, `largest contentful paint ${(lcp / 1000).toFixed(2)} s (${all})  ${place}${lcp > LIMITS.lcp ? `  ${found[0].what}` : ''}`)
    line(shifted.cls, LIMITS.cls, `layout shift ${shifted.cls.toFixed(3)}  ${place}${shifted.cls > LIMITS.cls ? `  ${shifted.moved}` : ''}`)
  }
}

/** What people press and type; each is one interaction or several, and the slowest counts. */
async function interactions({ mara, post }) {
  const { context, page } = await slowPhone(mara)
  const deeds = [
    ['writes a post', '/', async () => await page.getByLabel('What are you working on?').pressSequentially('What one types on a slow phone.', { delay: 60 })],
    ['opens a menu', '/', async () => {
      await page.getByRole('button', { name: 'More' }).first().click()
      await page.getByRole('menu').waitFor()
    }],
    ['reacts', '/', async () => {
      await page.getByRole('button', { name: /^Applause/ }).first().click()
      await page.getByRole('button', { name: /^Applause/, pressed: true }).first().waitFor()
    }],
    ['goes to another page and back', '/', async () => {
      await page.getByRole('link', { name: 'Explore' }).last().click()
      await page.getByRole('heading', { level: 1, name: 'Explore' }).waitFor()
      await page.getByRole('link', { name: 'Home' }).last().click()
      await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
    }],
    ['changes the tab of a profile', `/u/${mara.username}`, async () => {
      await page.getByRole('tab', { name: /^Credits/ }).click()
      await page.getByText('The Cardboard Ferry').waitFor()
    }],
    ['writes a comment', `/post/${post}`, async () => await page.getByRole('textbox', { name: 'Write a comment' }).pressSequentially('A comment on a slow phone.', { delay: 60 })],
    ['types into the search', '/search', async () => {
      await page.getByRole('combobox').pressSequentially('theo', { delay: 80 })
      await page.getByRole('option', { name: /Theo Brandt/ }).waitFor()
    }],
    ['changes the theme', '/settings/appearance', async () => {
      await page.getByText('Dark', { exact: true }).click()
      await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    }],
    ['opens a dialog', '/profile/edit', async () => {
      await page.getByRole('button', { name: 'Add a credit' }).click()
      await page.getByRole('dialog').waitFor()
    }],
  ]
  for (const [name, path, act] of deeds) {
    await page.goto(path)
    await settled(page)
    await page.waitForLoadState('networkidle')
    await act()
    // An interaction counts until what it changed is painted; that is told after the next frames.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))))
    const found = Object.values(await page.evaluate(() => window.seen.interactions))
    const slowest = found.sort((a, b) => b.duration - a.duration)[0] ?? { duration: 0, name: 'less than 16 ms' }
    line(slowest.duration, LIMITS.inp, `interaction to next paint ${slowest.duration} ms (${slowest.name}, ${found.length} seen)  ${name}`)
  }
  await context.close()
}

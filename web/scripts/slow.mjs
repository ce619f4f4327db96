// A slow phone: a CPU four times slower, slow 4G.
import { phone } from '../journeys/lib/browser.mjs'

const CPU = 4
/**
 * Slow 4G as Lighthouse simulates it: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up (`mobileSlow4G` in core/config/constants.js of
 * GoogleChrome/lighthouse). Chromium holds every answer back for the latency, and knows nothing of what it takes to connect.
 */
const LATENCY = 150
const network = { offline: false, latency: LATENCY, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 }

/** A browser of somebody's, that remembers nothing but that somebody was here. */
export async function slowPhone(browser, baseURL, person) {
  const context = await browser.newContext({ ...phone, baseURL })
  context.setDefaultTimeout(60_000)
  await person?.enter(context)
  const page = await context.newPage()
  await page.addInitScript(watch, person?.id ?? null)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', network)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU })
  return { context, page, session }
}

/** In the page: what is painted, moved and answered, as the browser tells it. */
function watch(who) {
  if (who) localStorage.setItem('joint.account', JSON.stringify(who))
  window.seen = { lcp: 0, cls: 0, what: '', farthest: 0, moved: '', interactions: {} }
  const observe = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more })
  observe('largest-contentful-paint', (entry) => Object.assign(window.seen, { lcp: entry.startTime, what: entry.element?.outerHTML.slice(0, 100) ?? '' }))
  observe('layout-shift', (entry) => {
    if (entry.hadRecentInput) return
    window.seen.cls += entry.value
    if (entry.value <= window.seen.farthest) return
    const nodes = (entry.sources ?? []).map(({ node }) => node?.outerHTML?.slice(0, 100) ?? node?.textContent?.slice(0, 40))
    Object.assign(window.seen, { farthest: entry.value, moved: `after ${Math.round(entry.startTime)} ms: ${nodes.join(' | ')}` })
  })
  const interaction = ({ interactionId, duration, name }) => {
    if (!interactionId) return
    const known = window.seen.interactions[interactionId]
    if (!known || known.duration < duration) window.seen.interactions[interactionId] = { duration, name }
  }
  observe('event', interaction, { durationThreshold: 16 })
  // Told however short it was: so each page that somebody touches has at least one.
  observe('first-input', interaction)
}

/** The page is there: its own heading, and nothing that only holds its room. */
export async function settled(page, h1) {
  await page.waitForFunction((wanted) => {
    const heading = document.querySelector('h1')?.textContent.replace(/\s+/g, ' ').trim()
    if (heading !== wanted || document.querySelector('.skeleton') || document.fonts.status !== 'loaded') return false
    window.seen.there ??= performance.now()
    return true
  }, h1)
}

/** Throws where the phone is not as slow as it is said to be: then nothing that was measured on it means anything. */
export async function proveSlow(browser, baseURL) {
  const { context, page, session } = await slowPhone(browser, baseURL)
  await page.goto('/')
  const slow = { answer: await answer(page), work: Infinity }
  const quick = { work: Infinity }
  // In turn, and of all turns the shortest: what else the machine does makes either longer. Of a turn it is the middle, as what
  // slows the phone down has to wait now and then, too.
  const times = () => slow.work / quick.work
  for (let turn = 0; turn < 4 || (turn < 20 && times() < CPU - 1); turn++) {
    slow.work = Math.min(slow.work, middle(await work(page)))
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    quick.work = Math.min(quick.work, middle(await work(page)))
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU })
  }
  await session.send('Network.emulateNetworkConditions', { ...network, latency: 0 })
  quick.answer = await answer(page)
  await context.close()
  if (times() < CPU - 1) throw new Error(`the CPU is ${times().toFixed(1)} times slower, and not ${CPU} times; or this machine has too much else to do`)
  if (slow.answer < LATENCY - 5 || quick.answer > LATENCY - 5) throw new Error(`an answer takes ${slow.answer.toFixed(0)} ms on a slow network, and ${quick.answer.toFixed(0)} ms on one that is not`)
  return `The CPU is ${times().toFixed(1)} times slower than it is, and an answer takes ${slow.answer.toFixed(0)} ms instead of ${quick.answer.toFixed(0)} ms`
}

/** The same of a page that was loaded: how long it waited, and how quickly the most came. */
export async function proveNetwork(page) {
  const { waited, speed, count } = await page.evaluate(() => {
    // When a request was sent and its answer began is told as it was before Chromium held it back.
    const took = ({ fetchStart, responseEnd }) => responseEnd - fetchStart
    // What was in the cache is listed, too, with a transfer size of 0.
    const large = performance.getEntriesByType('resource').filter((one) => one.transferSize > 20_000)
    return { waited: took(performance.getEntriesByType('navigation')[0]), speed: Math.max(...large.map((one) => one.encodedBodySize / (took(one) / 1000))), count: large.length }
  })
  if (waited < LATENCY - 5) throw new Error(`${page.url()} was there after ${waited.toFixed(0)} ms: the network is not slowed down`)
  if (count === 0) throw new Error(`${page.url()} came without anything large: nothing is known about the network`)
  if (!(speed < network.downloadThroughput * 1.1)) throw new Error(`${page.url()} came with ${speed.toFixed(0)} bytes a second: the network is not slowed down`)
}

/** How long the same work takes, each time. */
const work = (page) =>
  page.evaluate(() => {
    const once = () => {
      const began = performance.now()
      let sum = 0
      for (let number = 0; number < 3_000_000; number++) sum = (sum * 31 + number) % 1_000_003
      return sum < 0 ? 0 : performance.now() - began
    }
    once()
    return Array.from({ length: 7 }, once)
  })

/** Of an odd number of measurements, so that it is one of them. */
export const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** How soon something small is answered; the shortest of some. */
const answer = (page) =>
  page.evaluate(async () => {
    const all = []
    for (let turn = 0; turn < 5; turn++) {
      const began = performance.now()
      await (await fetch('/favicon.svg', { cache: 'no-store' })).text()
      all.push(performance.now() - began)
    }
    return Math.min(...all)
  })

// How soon the pages paint on a slow phone: CPU four times slower, slow 4G. Fails above LCP 2.5 s or CLS 0.05.
//   npm run paint -- http://127.0.0.1:8080
import { openBrowser, phone } from '../journeys/lib/browser.mjs'
import { Person } from '../journeys/lib/people.mjs'

const site = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\/$/, '')
const browser = await openBrowser()
const mara = await new Person(site, 'Mara Lindqvist', 'mara_lindqvist').arrive()
const post = (await mara.get('/posts/feed')).posts[0]?.id
let slow = 0

for (const [path, person] of [['/'], ['/explore'], ['/signup'], [`/u/${mara.username}`], ['/', mara], [`/post/${post}`, mara], ['/search?q=narrator', mara], ['/settings', mara]]) {
  const context = await browser.newContext({ ...phone, baseURL: site })
  await person?.enter(context)
  const page = await context.newPage()
  if (person) {
    // Whoever was here before: the program is not, but it is known that somebody is.
    await page.addInitScript(() => localStorage.setItem('joint.was-here', 'true'))
  }
  await page.addInitScript(() => {
    window.painted = { lcp: 0, cls: 0, what: '' }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.painted = { ...window.painted, lcp: entry.startTime, what: entry.element?.outerHTML.slice(0, 90) ?? '' }
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.painted.cls += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.goto(path)
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.skeleton') && document.fonts.status === 'loaded')
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => window.painted.lcp > 0)
  const { lcp, cls, what } = await page.evaluate(() => window.painted)
  const bad = lcp > 2500 || cls > 0.05
  if (bad) slow += 1
  console.log(`${bad ? 'SLOW' : 'ok  '} ${path} ${person ? 'member' : 'visitor'}: LCP ${(lcp / 1000).toFixed(2)} s, CLS ${cls.toFixed(3)} ${bad ? what : ''}`)
  await context.close()
}
await browser.close()
process.exit(slow === 0 ? 0 : 1)

// Walks through the site as people do, in a real browser, on a desk and on a phone.
//   npm run journeys -- http://127.0.0.1:8080 [name of a journey]
// OPERATOR_KEY_FILE names the key that lifts the limit on sign-ups (../.valine/operator.key).
import { readdirSync } from 'node:fs'
import { desk, openBrowser, phone } from './lib/browser.mjs'
import { Person } from './lib/people.mjs'

const [site = 'http://127.0.0.1:8080', only] = process.argv.slice(2)
const here = new URL('.', import.meta.url)
const files = readdirSync(here).filter((name) => name.endsWith('.journey.mjs') && (!only || name.startsWith(only)))
if (files.length === 0) throw new Error(`there is no journey ${only}`)

const browser = await openBrowser()
let failed = 0
for (const file of files) {
  const { default: journey, title, sizes = ['desk', 'phone'] } = await import(new URL(file, here))
  for (const size of sizes) {
    const device = size === 'desk' ? desk : phone
    const world = new World(browser, site.replace(/\/$/, ''), device, size)
    const began = performance.now()
    try {
      await journey(world)
      if (world.complaints.length > 0) throw new Error(`the browser complains: ${world.complaints.join('; ')}`)
      console.log(`ok    ${title} (${size}, ${((performance.now() - began) / 1000).toFixed(1)} s)`)
    } catch (error) {
      failed += 1
      console.log(`FAIL  ${title} (${size}): ${error.message}`)
      await world.picture(`journey-${file.split('.')[0]}-${size}`)
    }
    await world.end()
  }
}
await browser.close()
process.exit(failed === 0 ? 0 : 1)

/** What a journey begins with: a browser, and people to be. */
function World(browser, site, device, size) {
  const contexts = []
  this.browser = browser
  this.site = site
  this.size = size
  this.complaints = []

  /** A browser of somebody's own; nobody is logged in there unless a person is given. */
  this.open = async (person, options = {}) => {
    const context = await browser.newContext({ ...device, baseURL: site, permissions: ['clipboard-read', 'clipboard-write'], ...options })
    context.setDefaultTimeout(20_000)
    contexts.push(context)
    await person?.enter(context)
    const page = await context.newPage()
    // A policy that is broken, or a script that fails, is never fine. Refusals are what journeys are about.
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught|Minified React/.test(message.text())) this.complaints.push(message.text())
    })
    return page
  }
  this.person = (name) => new Person(site, name).arrive()
  this.picture = async (name) => {
    for (const [index, context] of contexts.entries()) {
      for (const page of context.pages()) await page.screenshot({ path: `journeys/failed/${name}-${index}.png` }).catch(() => undefined)
    }
  }
  this.end = () => Promise.all(contexts.map((context) => context.close()))
}

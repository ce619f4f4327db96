// Pictures of every page, on a phone and a desk, in both themes, and what axe finds there.
//   npm run screens -- [--valine PATH] [--out ../docs/screens] [--only name] [--wide] [--bare]
// --wide adds the narrowest and the widest window, --bare leaves axe out. Exit code 1 when axe finds something serious.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { argument, given } from '../journeys/lib/arguments.mjs'
import { desk, openBrowser, phone } from '../journeys/lib/browser.mjs'
import { actAsOperator } from '../journeys/lib/people.mjs'
import { System } from '../journeys/lib/system.mjs'
import { scene } from './scene.mjs'

const out = argument('--out') ?? '../docs/screens'
const only = argument('--only')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
mkdirSync(out, { recursive: true })

const system = await System.start(argument('--valine') ?? process.env.VALINE ?? '../target/release/valine')
actAsOperator(system.operatorKey)
const browser = await openBrowser()
let bad = 0
let count = 0
try {
  await everything()
} finally {
  await browser.close()
  await system.stop()
}
console.log(bad === 0 ? `Nothing serious in ${count} pictures; they are in ${out}` : `${bad} serious findings`)
process.exit(bad === 0 ? 0 : 1)

/** Each with what is pressed before it is looked at. */
function pagesOf({ mara, theo, post }) {
  const menu = async (page) => {
    await page.getByRole('article').first().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menu').waitFor()
  }
  const button = (name) => async (page) => {
    await page.getByRole('button', { name }).first().click()
    await page.getByRole('dialog').waitFor()
  }
  return [
    { name: 'landing', path: '/' },
    { name: 'signup', path: '/signup' },
    { name: 'login', path: '/login' },
    { name: 'forgot', path: '/forgot-password' },
    { name: 'reset', path: '/reset-password?token=none' },
    { name: 'verify', path: '/verify-email' },
    { name: 'deleted', path: '/deletion' },
    { name: 'explore-visitor', path: '/explore' },
    { name: 'post-visitor', path: `/post/${post}` },
    { name: 'profile-visitor', path: `/u/${mara.username}` },
    { name: 'not-found', path: '/nowhere' },
    { name: 'home', path: '/', as: mara },
    { name: 'home-menu', path: '/', as: mara, first: menu },
    { name: 'explore', path: '/explore', as: mara },
    { name: 'new-post', path: '/new', as: mara },
    { name: 'post', path: `/post/${post}`, as: mara },
    { name: 'profile', path: `/u/${mara.username}`, as: mara },
    { name: 'profile-media', path: `/u/${mara.username}?tab=media`, as: mara },
    { name: 'profile-credits', path: `/u/${mara.username}?tab=credits`, as: mara },
    { name: 'profile-about', path: `/u/${mara.username}?tab=about`, as: mara },
    { name: 'profile-other', path: '/u/ines_carvalho', as: mara },
    { name: 'profile-followers', path: `/u/${mara.username}`, as: mara, first: button(/follower/) },
    { name: 'edit-profile', path: '/profile/edit', as: mara },
    { name: 'edit-credit', path: '/profile/edit#credits', as: mara, first: button('Add a credit') },
    { name: 'network', path: '/network', as: mara },
    { name: 'network-following', path: '/network?tab=following', as: mara },
    { name: 'network-suggestions', path: '/network?tab=suggestions', as: mara },
    { name: 'search-empty', path: '/search', as: mara },
    { name: 'search', path: '/search?q=narrator', as: mara },
    { name: 'search-posts', path: '/search?q=page&type=posts', as: mara },
    { name: 'search-nothing', path: '/search?q=xyzzyxyzzy', as: mara },
    { name: 'settings', path: '/settings', as: mara },
    { name: 'settings-security', path: '/settings/security', as: mara },
    { name: 'settings-sessions', path: '/settings/sessions', as: mara },
    { name: 'settings-privacy', path: '/settings/privacy', as: mara },
    { name: 'settings-appearance', path: '/settings/appearance', as: mara },
    { name: 'settings-data', path: '/settings/data', as: mara },
    { name: 'settings-delete', path: '/settings/data', as: mara, first: button('Delete my account') },
    { name: 'welcome', path: '/welcome', as: mara },
    { name: 'welcome-face', path: '/welcome?step=face', as: mara },
    { name: 'welcome-credit', path: '/welcome?step=credit', as: mara },
    { name: 'welcome-people', path: '/welcome?step=people', as: mara },
    { name: 'staff-reports', path: '/moderation', as: theo },
    { name: 'staff-history', path: '/moderation', as: theo, first: button('History') },
    { name: 'staff-accounts', path: '/admin/accounts', as: theo },
    { name: 'staff-suspend', path: '/admin/accounts', as: theo, first: button('Suspend Rick Fastlane') },
    { name: 'staff-queues', path: '/admin/queues', as: theo },
    { name: 'staff-dead-letters', path: '/admin/dead-letters', as: theo },
    { name: 'staff-dead-letter', path: '/admin/dead-letters', as: theo, first: button(/^Look at/) },
    { name: 'staff-allow-list', path: '/admin/allow-list', as: theo },
    { name: 'staff-audit', path: '/admin/audit', as: theo },
  ].filter(({ name }) => !only || name.startsWith(only))
}

async function everything() {
  const world = await scene(system, browser)
  const pages = pagesOf(world)
  const sizes = { desk, phone, ...(given('--wide') ? { wide: { viewport: { width: 2560, height: 1300 } }, narrow: { viewport: { width: 320, height: 640 } } } : {}) }
  for (const [size, device] of Object.entries(sizes)) {
    for (const theme of ['light', 'dark']) {
      for (const someone of [undefined, world.mara, world.theo]) {
        const context = await browser.newContext({ ...device, colorScheme: theme, reducedMotion: 'reduce', baseURL: system.site })
        context.setDefaultTimeout(45_000)
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
  // A change behind the # alone would load nothing anew.
  await page.goto('about:blank')
  await page.goto(path)
  const isThere = () =>
    page.waitForFunction(
      () =>
        document.querySelector('h1') &&
        !document.querySelector('.skeleton') &&
        document.fonts.status === 'loaded' &&
        [...document.images].every((image) => image.complete || !image.checkVisibility() || image.getBoundingClientRect().top > innerHeight),
    )
  await isThere()
  await first?.(page)
  await isThere()
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: `${out}/${name}.jpg`, type: 'jpeg', quality: 72, scale: 'css', fullPage: false })
  count += 1
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wide > 0) complaints.push(`is ${wide} px wider than the window`)
  if (!given('--bare')) {
    const { violations } = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)
    for (const { id, impact, nodes } of violations) {
      const serious = impact === 'serious' || impact === 'critical'
      if (serious) bad += 1
      console.log(`${serious ? 'BAD ' : 'note'} ${name}: ${id} (${impact}) ${nodes.length}× ${nodes[0].target} ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`)
    }
  }
  for (const complaint of complaints.splice(0)) {
    bad += 1
    console.log(`BAD  ${name}: ${complaint.slice(0, 300)}`)
  }
}

// Every page of the site, as it is looked at: for pictures, and by axe.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Each with what is pressed before it is looked at. */
export function pagesOf({ mara, theo, nils, post }) {
  const menu = async (page) => {
    await page.getByRole('article').first().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menu').waitFor()
  }
  const button = (name) => async (page) => {
    await page.getByRole('button', { name }).first().click()
    await page.getByRole('dialog').waitFor()
  }
  const report = async (page) => {
    await page.getByRole('article').first().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Report' }).click()
    await page.getByRole('dialog').waitFor()
  }
  const secondFactor = async (page) => {
    const form = page.getByRole('form', { name: 'Switch the second factor on' })
    await form.getByLabel('Password', { exact: true }).fill(mara.password)
    await form.getByRole('button', { name: 'Set it up' }).click()
    await page.getByRole('img', { name: /^QR code/ }).waitFor()
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
    { name: 'home-newcomer', path: '/', as: nils },
    { name: 'profile-newcomer', path: `/u/${nils.username}`, as: nils },
    { name: 'network-newcomer', path: '/network', as: nils },
    { name: 'explore', path: '/explore', as: mara },
    { name: 'new-post', path: '/new', as: mara },
    { name: 'post', path: `/post/${post}`, as: mara },
    { name: 'post-picture', path: `/u/${mara.username}`, as: mara, first: button(/^Open picture/) },
    { name: 'profile', path: `/u/${mara.username}`, as: mara },
    { name: 'profile-media', path: `/u/${mara.username}?tab=media`, as: mara },
    { name: 'profile-credits', path: `/u/${mara.username}?tab=credits`, as: mara },
    { name: 'profile-about', path: `/u/${mara.username}?tab=about`, as: mara },
    { name: 'profile-other', path: '/u/ines_carvalho', as: mara },
    { name: 'profile-report', path: '/u/ines_carvalho', as: mara, first: report },
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
    { name: 'settings-second-factor', path: '/settings/security', as: mara, first: secondFactor },
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
  ]
}

/** Goes there and waits until everything in sight is there. */
export async function show(page, { path, first }) {
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
}

/** What axe finds, and whether it is serious. */
export async function look(page) {
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)
  return violations.map(({ id, impact, nodes }) => ({
    isSerious: impact === 'serious' || impact === 'critical',
    words: `${id} (${impact}) ${nodes.length}× ${nodes[0].target} ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`,
  }))
}

/** How much wider than its window the page is. */
export const excess = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

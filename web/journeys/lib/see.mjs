// What a person waits for. Nothing here waits by the clock.
import { until } from './people.mjs'

export const see = (locator) => locator.first().waitFor({ state: 'visible' })
export const gone = (locator) => locator.first().waitFor({ state: 'hidden' })

/** Until the focus is there. */
export const isAt = (locator, what) => until(what, () => locator.evaluate((element) => element === document.activeElement))

/** Until all that was asked for at first is answered: what is answered after a session has ended shows another page. */
export const settled = (page) => page.waitForLoadState('networkidle')

export async function reads(locator, text) {
  await locator.filter({ hasText: text }).first().waitFor({ state: 'visible' })
}

export function check(isSo, what) {
  if (!isSo) throw new Error(`it should be so: ${what}`)
}

/** The newest mail to this address, from the development mailbox. */
export async function mailTo(site, email) {
  const response = await fetch(`${site}/dev/mail?to=${encodeURIComponent(email)}`)
  const mails = await response.json()
  return mails[0]
}

// What a person waits for. Nothing here waits by the clock.
export const see = (locator) => locator.first().waitFor({ state: 'visible' })
export const gone = (locator) => locator.first().waitFor({ state: 'hidden' })

/** The focus is there. */
export const isAt = async (locator) => locator.page().waitForFunction((element) => element === document.activeElement, await locator.elementHandle())

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

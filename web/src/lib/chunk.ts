import { hasAnswered, missed, onReachability, reached } from './connection'

/** After a deploy the pages of the old build may be gone: then the site is loaded anew, once. */
const PLACE = 'joint.reloaded-at'
const ONCE = 30_000

/**
 * A part of the program that is fetched when it is needed. While Joint is away it is waited for, and the page stays with
 * all that was typed in it; who would rather say so is told, by `isPatient`.
 */
export async function load<T>(chunk: () => Promise<T>, isPatient = true): Promise<T> {
  for (;;) {
    try {
      return await chunk()
    } catch (error) {
      // A reload would put the browser's own page in the place of this one.
      if (await isThere()) {
        if (!mayReload()) throw error
        location.reload()
        // The page is on its way out; nothing may be shown any more.
        return await new Promise<never>(() => undefined)
      }
      if (!isPatient) throw error
      await back()
    }
  }
}

/** Whether somebody answers. The banner is told, too, and says so. */
async function isThere(): Promise<boolean> {
  const answered = await fetch('/health', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (answered) reached()
  else missed()
  return answered
}

function back(): Promise<void> {
  return new Promise((done) => {
    const leave = onReachability(() => {
      if (!hasAnswered()) return
      leave()
      done()
    })
  })
}

/** Whether a reload might help: not when the last one was a moment ago. */
export function mayReload(now = Date.now()): boolean {
  try {
    const last = Number(sessionStorage.getItem(PLACE) ?? 0)
    if (now - last < ONCE) return false
    sessionStorage.setItem(PLACE, String(now))
    return true
  } catch {
    return false
  }
}

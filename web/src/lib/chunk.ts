/** After a deploy the pages of the old build may be gone: then the site is loaded anew, once. */
const PLACE = 'joint.reloaded-at'
const ONCE = 30_000

export async function load<T>(chunk: () => Promise<T>): Promise<T> {
  try {
    return await chunk()
  } catch (error) {
    if (!mayReload()) throw error
    location.reload()
    // The page is on its way out; nothing may be shown any more.
    return await new Promise<never>(() => undefined)
  }
}

/** Whether a reload might help: not when the last one was a moment ago, and not without a network. */
export function mayReload(now = Date.now(), online = navigator.onLine): boolean {
  if (!online) return false
  try {
    const last = Number(sessionStorage.getItem(PLACE) ?? 0)
    if (now - last < ONCE) return false
    sessionStorage.setItem(PLACE, String(now))
    return true
  } catch {
    return false
  }
}

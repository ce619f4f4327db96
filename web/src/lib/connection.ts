/** Whether Joint can be reached: what the browser says of the network, and whether the last request was answered. */
type Listener = () => void

const listeners = new Set<Listener>()
let answered = true
let probe: ReturnType<typeof setTimeout> | undefined
let pause = 1000

export function isReachable(): boolean {
  return answered && navigator.onLine
}

/** Whether the last request was answered; what the browser says of the network is often wrong. */
export const hasAnswered = (): boolean => answered

export function onReachability(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** Somebody answered. */
export function reached(): void {
  clearTimeout(probe)
  probe = undefined
  pause = 1000
  if (answered) return
  answered = true
  tell()
}

/** Nobody answered. From now on it is asked again, less and less often, until somebody does. */
export function missed(): void {
  if (answered) {
    answered = false
    tell()
  }
  if (probe !== undefined) return
  probe = setTimeout(() => {
    probe = undefined
    void look()
  }, pause)
  pause = Math.min(pause * 1.6, 15_000)
}

async function look(): Promise<void> {
  try {
    const response = await fetch('/health', { cache: 'no-store' })
    if (response.ok) reached()
    else missed()
  } catch {
    missed()
  }
}

/** Tries at once: somebody pressed a button, or the network came back. */
export function lookNow(): void {
  pause = 1000
  clearTimeout(probe)
  probe = undefined
  void look()
}

if (typeof window !== 'undefined') {
  window.addEventListener('online', () => {
    tell()
    lookNow()
  })
  window.addEventListener('offline', tell)
}

/** Short words at the edge of the page. Anybody may say them; `Toasts` shows them. */
export interface Toast {
  id: number
  text: string
  bad: boolean
  action?: { label: string; run: () => void }
}

let toasts: readonly Toast[] = []
let next = 1
const listeners = new Set<() => void>()

function set(all: readonly Toast[]): void {
  toasts = all
  for (const listener of listeners) listener()
}

export function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

function say(text: string, bad: boolean, action?: Toast['action']): void {
  // The same words twice are one toast.
  const others = toasts.filter((toast) => toast.text !== text)
  set([...others, { id: next++, text, bad, ...(action ? { action } : {}) }].slice(-3))
}

export const toast = {
  ok: (text: string, action?: Toast['action']) => say(text, false, action),
  bad: (text: string, action?: Toast['action']) => say(text, true, action),
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  all: () => toasts,
}

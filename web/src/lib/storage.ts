/** Storage of the browser. It may be forbidden or full: then things are kept only as long as the page. */
const instead = new Map<string, string>()

export function read<T>(key: string): T | null {
  const text = instead.get(key) ?? stored(key)
  try {
    return text ? (JSON.parse(text) as T) : null
  } catch {
    return null
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function write(key: string, value: unknown): void {
  const text = JSON.stringify(value)
  try {
    localStorage.setItem(key, text)
    instead.delete(key)
  } catch {
    instead.set(key, text)
  }
}

/** A list that all tabs share. What this one could not keep is added to what others have kept. */
export function readAll<T extends { id: string }>(key: string): readonly T[] {
  const kept = listOf<T>(stored(key))
  return [...kept, ...listOf<T>(instead.get(key) ?? null).filter(({ id }) => !kept.some((one) => one.id === id))]
}

function listOf<T>(text: string | null): T[] {
  try {
    return JSON.parse(text ?? '[]') as T[]
  } catch {
    return []
  }
}

/** What other tabs know of it is right, whatever this one could not keep. */
export const believe = (key: string): void => void instead.delete(key)

/** Calls when another tab has written or forgotten it. */
export function onStored(key: string, listener: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined
  const hear = (event: StorageEvent) => {
    // Without a name everything is gone.
    if (event.key === key || event.key === null) listener()
  }
  window.addEventListener('storage', hear)
  return () => window.removeEventListener('storage', hear)
}

/** Everything that is kept under such a name. */
export function forgetEvery(isMeant: (key: string) => boolean): void {
  for (const key of names()) if (isMeant(key)) forget(key)
}

/** The names of everything that is kept. */
export function names(): string[] {
  try {
    return [...instead.keys(), ...Object.keys(localStorage)]
  } catch {
    return [...instead.keys()]
  }
}

export function forget(key: string): void {
  instead.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // Then it was not there either.
  }
}

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

export function forget(key: string): void {
  instead.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // Then it was not there either.
  }
}

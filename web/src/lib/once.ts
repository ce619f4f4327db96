import { forget, read, write } from './storage'

interface Kept {
  body: string
  key: string
}

/**
 * The `Idempotency-Key` of a creating request. The same words get the same key, also after a reload, until it is
 * `settled`; other words get a key of their own, as the server refuses a key that comes with other words.
 */
export function onceKey(what: string, body: unknown): { key: string; settled: () => void } {
  const place = `joint.once.${what}`
  const text = JSON.stringify(body)
  const kept = read<Kept>(place)
  const key = kept?.body === text ? kept.key : crypto.randomUUID()
  if (kept?.key !== key) write(place, { body: text, key })
  return { key, settled: () => forget(place) }
}

import { lastHere } from '@/session/who'
import { forget, read, write } from './storage'

interface Kept {
  /** Of the words, not the words themselves. */
  print: string
  key: string
}

/**
 * The `Idempotency-Key` of a creating request. The same words get the same key, also after a reload, until it is
 * `settled`: taken, or refused for good; other words get a key of their own, as the server refuses a key that comes with other words.
 */
export function onceKey(what: string, body: unknown): { key: string; settled: () => void } {
  const place = `joint.once.${lastHere() ?? ''}.${what}`
  const print = fingerprint(JSON.stringify(body))
  const kept = read<Kept>(place)
  const key = kept?.print === print ? kept.key : crypto.randomUUID()
  if (kept?.key !== key) write(place, { print, key })
  return { key, settled: () => forget(place) }
}

/** FNV-1a, twice from other beginnings. Two texts of one print would be refused by the server, not mixed up. */
function fingerprint(text: string): string {
  return [0x811c9dc5, 0x01000193]
    .map((beginning) => {
      let sum = beginning
      for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
      return (sum >>> 0).toString(36)
    })
    .join('.')
}

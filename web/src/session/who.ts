/**
 * Whose session this browser has, as its tabs tell each other: the cookie is one for all of them, and what each of them shows
 * is not. Only the id is kept, and only where somebody is logged in.
 */
import { believe, forget, onStored, read, write } from '@/lib/storage'

const PLACE = 'joint.account'
const listeners = new Set<() => void>()

/** Who was here last, in any tab: `null` when that person has logged out, or nobody was here. */
export const lastHere = (): string | null => read<string>(PLACE)

/** Tells every tab who is here. */
export function tellWho(account: string | null): void {
  if (lastHere() === account) return
  // Gone first: where there is no room for another one, others hear at least that it has changed.
  forget(PLACE)
  if (account !== null) write(PLACE, account)
  for (const listener of listeners) listener()
}

/** Calls when somebody has logged in or out, here or in another tab. */
export function onWho(listener: () => void): () => void {
  const stop = onStored(PLACE, () => {
    believe(PLACE)
    listener()
  })
  listeners.add(listener)
  return () => {
    stop()
    listeners.delete(listener)
  }
}

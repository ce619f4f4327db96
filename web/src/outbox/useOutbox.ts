import { useSyncExternalStore } from 'react'
import { outbox } from './instance'
import type { Entry } from './outbox'

/** What of the person's own waits to be taken. */
export function useOutbox(): readonly Entry[] {
  useSyncExternalStore(outbox.subscribe, outbox.all)
  return outbox.mine()
}

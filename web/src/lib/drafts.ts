import { useCallback, useEffect, useRef, useState } from 'react'
import { forget, onStored, read, write } from './storage'

const placeOf = (name: string) => `joint.draft.${name}`
export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

interface Held<T> {
  place: string
  value: T
  /** As it is kept: there, or by another tab. Else it is still to be kept. */
  isHeard: boolean
}

/**
 * A state that survives a reload, under a name of its own, and is the same in every tab. `clear` goes back to the beginning
 * and forgets.
 */
export function useDraft<T>(name: string, beginning: T): [T, (next: T | ((before: T) => T)) => void, () => void] {
  const place = placeOf(name)
  const [held, setHeld] = useState<Held<T>>(() => ({ place, value: read<T>(place) ?? beginning, isHeard: true }))
  // Somebody else's, or about something else: what was typed stays under the name that it was typed for.
  if (held.place !== place) setHeld({ place, value: read<T>(place) ?? beginning, isHeard: true })
  const first = useRef(beginning)
  useEffect(() => {
    first.current = beginning
  })

  useEffect(() => {
    // Written back, it would take back what has been typed elsewhere since.
    if (held.isHeard) return
    if (isSame(held.value, first.current)) forget(held.place)
    else write(held.place, held.value)
  }, [held])

  useEffect(
    () =>
      onStored(place, () => {
        const value = read<T>(place) ?? first.current
        setHeld((now) => (now.place !== place || isSame(now.value, value) ? now : { place, value, isHeard: true }))
      }),
    [place],
  )

  const change = useCallback((next: T | ((before: T) => T)) => {
    setHeld((now) => ({ place: now.place, value: typeof next === 'function' ? (next as (before: T) => T)(now.value) : next, isHeard: false }))
  }, [])
  const clear = useCallback(() => {
    forget(place)
    setHeld({ place, value: first.current, isHeard: true })
  }, [place])

  return [held.value, change, clear]
}

/** Puts something back to where it is written, also where that is in sight. */
export function putBack<T>(name: string, change: (before: T | null) => T): void {
  write(placeOf(name), change(read<T>(placeOf(name))))
  window.dispatchEvent(new StorageEvent('storage', { key: placeOf(name) }))
}

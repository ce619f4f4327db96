import { useCallback, useEffect, useRef, useState } from 'react'
import { forget, read, write } from './storage'

/** A state that survives a reload, under a name of its own. `clear` goes back to the beginning and forgets. */
export function useDraft<T>(name: string, beginning: T): [T, (next: T | ((before: T) => T)) => void, () => void] {
  const place = `joint.draft.${name}`
  const first = useRef(beginning)
  const [value, setValue] = useState<T>(() => read<T>(place) ?? beginning)
  const untouched = useRef(true)

  useEffect(() => {
    if (untouched.current) {
      untouched.current = false
      return
    }
    if (JSON.stringify(value) === JSON.stringify(first.current)) forget(place)
    else write(place, value)
  }, [place, value])

  const clear = useCallback(() => {
    forget(place)
    setValue(first.current)
  }, [place])

  return [value, setValue, clear]
}

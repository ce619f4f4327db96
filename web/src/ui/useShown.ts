import { useDeferredValue, useEffect, useState } from 'react'

/** Whether a list was shown since the program has come. */
let wasShown = false

/**
 * How many of a list are shown. The very first one shows what is in sight first, and the rest a moment later: on a slow
 * phone ten posts take as long as everything before them. Whoever comes back to a list finds all of it at once, or its
 * place would be lost; so does who was led to one of them.
 */
export function useShown(count: number, atFirst: number): number {
  const [isFirst] = useState(() => !wasShown && location.hash === '')
  useEffect(() => {
    wasShown = true
  }, [])
  return useDeferredValue(count, isFirst ? Math.min(count, atFirst) : count)
}

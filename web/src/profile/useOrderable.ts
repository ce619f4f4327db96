import { startTransition, useEffect, useState } from 'react'
import { dialogs } from '@/ui/dialogs'

/** Nobody is in the list, or in a dialog that gives the focus back to it. */
const isFree = (list: HTMLElement | null) => dialogs.top() === null && !list?.contains(document.activeElement)

/** Whether the list that can be ordered has come; it takes the place of the other one when that takes no focus from anybody. */
export function useOrderable(fetched: Promise<unknown>, place: { readonly current: HTMLElement | null }): boolean {
  const [isOrderable, setIsOrderable] = useState(false)
  useEffect(() => {
    const over = new AbortController()
    const look = () => {
      if (over.signal.aborted || !isFree(place.current)) return
      over.abort()
      startTransition(() => setIsOrderable(true))
    }
    void fetched.then(
      () => {
        look()
        // The focus has gone when this is told, and is not yet where it goes to.
        document.addEventListener('focusout', () => setTimeout(look), { signal: over.signal })
      },
      // It stays as it is.
      () => undefined,
    )
    return () => over.abort()
  }, [fetched, place])
  return isOrderable
}

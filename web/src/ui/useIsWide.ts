import { useSyncExternalStore } from 'react'

/** As wide as `sm` says. */
const wide = matchMedia('(min-width: 40rem)')

function watch(told: () => void): () => void {
  wide.addEventListener('change', told)
  return () => wide.removeEventListener('change', told)
}

/** Whether the window is wider than a phone: what only one of both shows is not rendered for the other. */
export const useIsWide = (): boolean => useSyncExternalStore(watch, () => wide.matches)

import { lazy, Suspense } from 'react'
import { load } from '@/lib/chunk'
import type { AudioProps } from './AudioPlayer'

const Player = lazy(() => load(() => import('./AudioPlayer')))

/** The player, fetched where there is something to hear; its room is kept for it. */
export function Audio(props: AudioProps) {
  return (
    <Suspense fallback={<div className="h-[calc(5rem+2px)] rounded-xl border border-line bg-sunken/60" />}>
      <Player {...props} />
    </Suspense>
  )
}

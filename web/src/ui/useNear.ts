import { useEffect, useRef, type RefObject } from 'react'

/** Calls when the end of a list comes near. */
export function useNear(reach: () => void, enabled: boolean): RefObject<HTMLDivElement | null> {
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(reach)
  useEffect(() => {
    latest.current = reach
  })
  useEffect(() => {
    const element = mark.current
    if (!element || !enabled) return
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) latest.current()
    }, { rootMargin: '900px' })
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [enabled])
  return mark
}

import { useLayoutEffect, useRef, type RefObject } from 'react'

/** A row that is wider than a phone is moved so that what is chosen in it can be seen. */
export function useChosenInSight<T extends HTMLElement>(chosen: string): RefObject<T | null> {
  const row = useRef<T>(null)
  useLayoutEffect(() => {
    const element = row.current
    const one = element?.querySelector('[aria-selected=true], [aria-current=page]')
    if (!element || !one) return
    const [outer, inner] = [element.getBoundingClientRect(), one.getBoundingClientRect()]
    element.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2)
  }, [chosen])
  return row
}

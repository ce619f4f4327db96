import { useState, type ReactNode } from 'react'
import { ago, exactly, timeOfDay } from '@/lib/time'
import { useNow } from './useNow'
import { cx } from './cx'

/** When it was, in words; exactly, for whoever points at it: to write that of every time would take a slow phone longer than a post. */
export function Time({ at, className }: { at: string; className?: string }) {
  const now = useNow()
  const [isAsked, setIsAsked] = useState(false)
  return (
    <time dateTime={at} title={isAsked ? exactly(at) : undefined} className={className} onPointerEnter={() => setIsAsked(true)}>
      {ago(at, now)}
    </time>
  )
}

/** A scene heading above a page's title, as a screenplay has it. Decoration. */
export function Slug({ place, className }: { place: string; className?: string }) {
  return (
    <p aria-hidden="true" className={cx('slug', className)}>
      Int. {place} — {timeOfDay()}
    </p>
  )
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('skeleton block', className)} />
}

/** Says that something is on its way, once, for whoever does not see the skeletons. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div role="status">
      <span className="sr-only">Loading {what}…</span>
      {children}
    </div>
  )
}

interface EmptyProps {
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** Nothing here yet, and what to do about it. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center px-6 py-14 text-center">
      <svg aria-hidden="true" viewBox="0 0 120 56" className="mb-5 w-28 text-ink-3">
        <path d="M10 40 L112 26 V42 L10 56z" fill="var(--marker)" />
        <path d="M14 14h64M26 26h78M26 38h52" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" strokeDasharray="1 7" />
      </svg>
      <h2 className="text-xl">{title}</h2>
      {children && <div className="mt-2 max-w-sm text-ink-2">{children}</div>}
      {action && <div className="mt-5">{action}</div>}
    </div>
  )
}

export function Chip({ children, className }: { children: ReactNode; className?: string }) {
  return <span className={cx('inline-flex items-center rounded-md bg-sunken px-2 py-0.5 text-sm text-ink-2', className)}>{children}</span>
}

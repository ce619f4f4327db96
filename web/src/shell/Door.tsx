import type { ReactNode } from 'react'
import { Slug } from '@/ui/bits'

/** A page with one form on it: sign up, log in, and what belongs to them. */
export function Door({ place, title, lead, children, below }: { place: string; title: string; lead?: ReactNode; children?: ReactNode; below?: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[27rem] px-4 py-10 sm:py-16">
      <Slug place={place} className="mb-2" />
      <h1 className="text-4xl">{title}</h1>
      {lead && <div className="mt-3 text-ink-2">{lead}</div>}
      {children && <div className="mt-7">{children}</div>}
      {below && <div className="mt-7 border-t border-line pt-5 text-[0.9375rem] text-ink-2">{below}</div>}
    </div>
  )
}

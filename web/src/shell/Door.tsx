import type { ReactNode } from 'react'
import { Slug } from '@/ui/bits'

/** A page with one form on it: sign up, log in, and what belongs to them. */
export function Door({ place, title, lead, children, below }: { place: string; title: string; lead?: ReactNode; children?: ReactNode; below?: ReactNode }) {
  return (
    <div className="mx-auto grid w-full max-w-5xl items-start gap-16 px-4 py-10 sm:py-16 lg:grid-cols-[27rem_1fr] lg:px-6">
      <div className="mx-auto w-full max-w-[27rem]">
        <Slug place={place} className="mb-2" />
        <h1 className="text-4xl">{title}</h1>
        {lead && <div className="mt-3 text-pretty text-ink-2">{lead}</div>}
        {children && <div className="mt-7">{children}</div>}
        {below && <div className="mt-7 border-t border-line pt-5 text-[0.9375rem] text-ink-2">{below}</div>}
      </div>
      <Page />
    </div>
  )
}

/** Lines of a page: how far they are indented and how long they are, and the marker of whose they are. */
const lines: [left: number, length: number, colour?: string][] = [
  [34, 150], [34, 190], [150, 54], [112, 128, 'var(--voice)'], [112, 96, 'var(--voice)'], [150, 48], [112, 140, 'var(--words)'],
  [34, 176], [150, 60], [112, 120, 'var(--direction)'], [112, 74, 'var(--direction)'], [150, 44], [112, 104, 'var(--casting)'], [214, 60],
]

/** A page of a script, each part marked, seen from too far to be read. Decoration, where there is room. */
function Page() {
  return (
    <svg aria-hidden="true" viewBox="0 0 320 400" className="w-full max-w-[26rem] justify-self-end max-lg:hidden">
      <rect x="22" y="20" width="276" height="366" rx="3" fill="var(--sunken)" stroke="var(--line)" transform="rotate(2.4 160 200)" />
      <rect x="14" y="12" width="276" height="366" rx="3" fill="var(--surface)" stroke="var(--line)" transform="rotate(-1 160 200)" />
      <g transform="rotate(-1 160 200)">
        {lines.map(([left, length, colour], index) => {
          const y = 52 + index * 22.5
          return (
            <g key={index}>
              {colour && <path d={`M${left - 5} ${y - 5} l${length + 10} -2 v14 l-${length + 10} 2z`} fill={colour} />}
              <line x1={left} x2={left + length} y1={y + 2} y2={y + 2} stroke={colour ? 'var(--on-marker)' : 'var(--ink-3)'} strokeWidth="2.4" strokeLinecap="round" strokeDasharray="1 5" />
            </g>
          )
        })}
      </g>
    </svg>
  )
}

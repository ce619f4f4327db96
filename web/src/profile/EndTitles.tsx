import type { Credit } from '@/api/types'

/** Credits as a film ends: the part at the left, what it was in at the right. */
export function EndTitles({ credits }: { credits: Credit[] }) {
  return (
    <ol role="list" className="grid gap-y-6">
      {credits.map((credit) => (
        <li key={credit.id} className="grid gap-x-6 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.7fr)]">
          <p className="pt-0.5 text-ink-2 sm:text-right">{credit.role}</p>
          <div>
            <p className="font-display text-lg leading-snug font-bold">{credit.title}</p>
            {(credit.company ?? credit.year) && (
              <p className="font-script text-[0.9375rem] text-ink-2">{[credit.company, credit.year].filter(Boolean).join(', ')}</p>
            )}
            {credit.description && <p className="mt-1 max-w-[60ch] text-ink-2">{credit.description}</p>}
          </div>
        </li>
      ))}
    </ol>
  )
}

import { useId, type ReactNode } from 'react'
import { Sheet } from '@/shell/Columns'

/** A subject of the settings. */
export function Card({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <Sheet className="p-4 sm:p-7">
        <h2 id={id} className="text-xl sm:text-2xl">
          {title}
        </h2>
        {lead && <div className="mt-1 text-pretty text-ink-2">{lead}</div>}
        <div className="mt-5">{children}</div>
      </Sheet>
    </section>
  )
}

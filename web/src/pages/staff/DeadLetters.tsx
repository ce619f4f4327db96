import { useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import type { DeadLetter } from '@/api/types'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { counted } from '@/lib/words'
import { Chip, Empty, Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { later } from '@/ui/later'
import { StaffPage } from './StaffPage'

const Letter = later(() => import('./Letter'))

/** Where a filter stands in the address, and what it is called. */
const filters = ['consumer', 'type', 'error'] as const

export default function DeadLetters() {
  useTitle('Dead letters')
  const [params, setParams] = useSearchParams()
  const [open, setOpen] = useState<string | null>(null)
  const asked = Object.fromEntries(filters.flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])))
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['dead-letters', asked],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/admin/dead-letters', { params: { query: { ...asked, cursor } } })),
    staleTime: 5000,
  })
  const letters = query.data?.pages.flatMap((page) => page.deadLetters) ?? []
  const isFiltered = Object.keys(asked).length > 0
  const set = (form: FormData) =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now)
        for (const name of filters) {
          const value = form.get(name)
          if (typeof value === 'string' && value.trim() !== '') next.set(name, value.trim())
          else next.delete(name)
        }
        return next
      },
      { preventScrollReset: true },
    )
  return (
    <StaffPage place="The machine room" title="Dead letters">
      <p className="mb-4 max-w-[65ch] px-4 text-ink-2 sm:px-1">Events that a service could not consume after five tries. They wait here until somebody has them delivered again, or discards them.</p>
      <Filters key={params.toString()} asked={asked} onAsk={set} onClear={() => setParams({})} />
      <h2 className="sr-only">What could not be consumed</h2>
      <Sheet>
        <Endless
          query={query}
          what="dead letters"
          skeleton={
            <div className="p-6">
              <Skeleton className="h-24" />
            </div>
          }
          isEmpty={letters.length === 0}
          empty={<Empty title={isFiltered ? 'None of these' : 'No dead letters'}>{isFiltered ? 'No dead letter is as you asked.' : 'Every event was consumed.'}</Empty>}
        >
          <ul role="list" className="divide-y divide-line">
            {letters.map((letter) => (
              <li key={letter.id}>
                <Line letter={letter} onOpen={() => setOpen(letter.id)} />
              </li>
            ))}
          </ul>
        </Endless>
      </Sheet>
      {open && <Letter id={open} onClose={() => setOpen(null)} />}
    </StaffPage>
  )
}

const field = 'min-h-10 w-full rounded-lg border border-line-strong bg-surface px-2.5 text-ink placeholder:text-ink-3'

function Filters({ asked, onAsk, onClear }: { asked: Record<string, string>; onAsk: (form: FormData) => void; onClear: () => void }) {
  const { data } = useQuery({ queryKey: ['queues'], queryFn: () => answer(api.GET('/api/admin/queues')), staleTime: 60_000 })
  const known = data?.queues.map(({ name }) => name) ?? []
  const names = asked['consumer'] && !known.includes(asked['consumer']) ? [...known, asked['consumer']] : known
  return (
    <form
      aria-label="Which dead letters"
      className="mb-5 grid items-end gap-3 px-4 text-sm sm:grid-cols-[1fr_1.4fr_1.4fr_auto] sm:px-1"
      onSubmit={(event) => {
        event.preventDefault()
        onAsk(new FormData(event.currentTarget))
      }}
    >
      <label className="grid gap-1 font-semibold">
        Consumer
        <select name="consumer" defaultValue={asked['consumer'] ?? ''} key={names.length} className={`${field} font-normal`}>
          <option value="">Every one</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="grid gap-1 font-semibold">
        Type of event
        <input name="type" defaultValue={asked['type'] ?? ''} placeholder="content.post-changed.v1" autoCapitalize="none" spellCheck={false} className={`${field} font-script font-normal`} />
      </label>
      <label className="grid gap-1 font-semibold">
        Words of the failure
        <input name="error" defaultValue={asked['error'] ?? ''} placeholder="deadlock" autoCapitalize="none" spellCheck={false} className={`${field} font-normal`} />
      </label>
      <div className="flex gap-2">
        <Button type="submit" look="plain" size="small" className="min-h-10">
          Filter
        </Button>
        {Object.keys(asked).length > 0 && (
          <Button look="quiet" size="small" className="min-h-10" onClick={onClear}>
            Clear
          </Button>
        )}
      </div>
    </form>
  )
}

function Line({ letter, onOpen }: { letter: DeadLetter; onOpen: () => void }) {
  const name = letter.eventType ?? 'Something unreadable'
  return (
    <article aria-label={`${name} for ${letter.consumer}`} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-4 sm:px-6">
      <div className="grid min-w-0 flex-1 basis-72 gap-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-script text-[0.9375rem]">
          <strong className="break-all">{name}</strong>
          <Chip>{letter.consumer}</Chip>
        </p>
        <p className="line-clamp-2 max-w-[80ch] break-words">{letter.cause}</p>
        <p className="text-sm text-ink-3">
          <span className="font-script">{letter.id}</span> · tried {counted(letter.tries, 'time')} · published <Time at={letter.sentAt} />
          {letter.lastFailedAt && (
            <>
              {' '}
              · failed last <Time at={letter.lastFailedAt} />
            </>
          )}
        </p>
      </div>
      <Button size="small" look="plain" aria-label={`Look at it: ${name}, ${letter.id}`} onClick={onOpen}>
        Look at it
      </Button>
    </article>
  )
}

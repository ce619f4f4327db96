import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import type { DeadLetter } from '@/api/types'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { toast } from '@/ui/toast'
import { cx } from '@/ui/cx'
import { ReasonDialog } from './ReasonDialog'
import { StaffPage } from './StaffPage'

export default function DeadLetters() {
  useTitle('Dead letters')
  const query = useInfiniteQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/admin/dead-letters', { params: { query: { cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    retry: false,
  })
  const letters = query.data?.pages.flatMap((page) => page.deadLetters) ?? []
  return (
    <StaffPage place="The machine room" title="Dead letters">
      <Queues />
      <h2 className="mt-8 mb-3 text-xl">What could not be consumed</h2>
      <Sheet>
        <Endless query={query} what="dead letters" skeleton={<div className="p-6"><Skeleton className="h-24" /></div>} isEmpty={letters.length === 0} empty={<Empty title="No dead letters">Every event was consumed.</Empty>}>
          <ul role="list" className="divide-y divide-line">
            {letters.map((letter) => (
              <li key={letter.id}>
                <Letter letter={letter} />
              </li>
            ))}
          </ul>
        </Endless>
      </Sheet>
    </StaffPage>
  )
}

function Queues() {
  const { data } = useQuery({ queryKey: ['queues'], queryFn: () => answer(api.GET('/api/admin/queues')), retry: false, refetchInterval: 15_000 })
  if (!data) return null
  return (
    <Sheet className="overflow-x-auto">
      <table className="w-full text-left text-[0.9375rem] tabular-nums">
        <caption className="sr-only">Queues</caption>
        <thead className="text-sm text-ink-3">
          <tr>
            {['Queue', 'Ready', 'In hand', 'Wait to be tried again', 'Oldest', 'Dead'].map((name, index) => (
              <th key={name} scope="col" className={cx('px-4 py-2.5 font-semibold sm:px-6', index > 0 && 'text-right')}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {data.queues.map((queue) => (
            <tr key={queue.name}>
              <th scope="row" className="px-4 py-2.5 font-script font-normal sm:px-6">
                {queue.name}
              </th>
              {[queue.ready, queue.inFlight, queue.delayed, forHowLong(queue.oldestSeconds)].map((count, index) => (
                <td key={index} className="px-4 py-2.5 text-right sm:px-6">
                  {count}
                </td>
              ))}
              <td className={cx('px-4 py-2.5 text-right sm:px-6', queue.dead > 0 && 'font-bold text-danger')}>{queue.dead}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  )
}

/** Nothing where nothing waits. */
function forHowLong(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}

function Letter({ letter }: { letter: DeadLetter }) {
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const params = { path: { id: letter.id } }
  const { mutate, isPending } = useMutation({
    mutationFn: ({ deed, reason }: { deed: 'replay' | 'discard'; reason: string }) =>
      deed === 'replay'
        ? answer(api.POST('/api/admin/dead-letters/{id}/replay', { params }))
        : answer(api.POST('/api/admin/dead-letters/{id}/discard', { params, body: { reason } })),
    onSuccess: ({ message }) => toast.ok(message),
    onError: (error) => toast.bad(inWords(error)),
    onSettled: () => {
      setAsked(false)
      void client.invalidateQueries({ queryKey: ['dead-letters'] })
      void client.invalidateQueries({ queryKey: ['queues'] })
    },
  })
  return (
    <article aria-label={`${letter.eventType ?? 'Something unreadable'} for ${letter.consumer}`} className="grid gap-2 px-4 py-4 sm:px-6">
      <p className="flex flex-wrap gap-x-3 font-script text-[0.9375rem]">
        <strong>{letter.consumer}</strong>
        <span className="text-ink-2">{letter.eventType ?? 'unreadable'}</span>
        <span className="text-ink-3">tried {letter.tries} times</span>
      </p>
      <p className="max-w-[80ch] break-words">{letter.cause}</p>
      <p className="text-sm text-ink-3">
        published <Time at={letter.sentAt} />
        {letter.lastFailedAt && (
          <>
            , failed last <Time at={letter.lastFailedAt} />
          </>
        )}
      </p>
      <div className="flex gap-2">
        <Button size="small" busy={isPending} onClick={() => mutate({ deed: 'replay', reason: '' })}>
          <RotateCw aria-hidden="true" className="size-4" />
          Replay
        </Button>
        <Button size="small" look="danger" onClick={() => setAsked(true)}>
          <Trash2 aria-hidden="true" className="size-4" />
          Discard
        </Button>
      </div>
      {asked && (
        <ReasonDialog
          title="Discard this event?"
          lead={`${letter.consumer} will never act on it. It is noted who did this, and why.`}
          longest={200}
          label="Why"
          needed
          action="Discard"
          busy={isPending}
          onSay={(reason) => mutate({ deed: 'discard', reason })}
          onClose={() => setAsked(false)}
        />
      )}
    </article>
  )
}

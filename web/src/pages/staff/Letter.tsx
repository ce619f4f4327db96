import { useState } from 'react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Eye, RotateCw, Trash2 } from 'lucide-react'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { exactly } from '@/lib/time'
import { counted } from '@/lib/words'
import { Loading, Skeleton } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Trouble } from '@/ui/Endless'
import { AreaField, FormError } from '@/ui/Field'
import { toast } from '@/ui/toast'

/** A dead letter whole: what failed, the event as it travels, and what can be done about it. */
export default function Letter({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient()
  const [reveal, setReveal] = useState(false)
  const [discarding, setDiscarding] = useState(false)
  const [reason, setReason] = useState('')
  const path = { id }
  const query = useQuery({
    queryKey: ['dead-letters', 'one', id, reveal],
    queryFn: () => answer(api.GET('/api/admin/dead-letters/{id}', { params: { path, query: reveal ? { reveal } : {} } })),
    placeholderData: keepPreviousData,
    // That somebody looked is noted each time.
    staleTime: Infinity,
    gcTime: 0,
  })
  const { mutate, isPending, error } = useMutation({
    mutationFn: (deed: 'replay' | 'discard') =>
      deed === 'replay'
        ? answer(api.POST('/api/admin/dead-letters/{id}/replay', { params: { path } }))
        : answer(api.POST('/api/admin/dead-letters/{id}/discard', { params: { path }, body: { reason: reason.trim() } })),
    onSuccess: ({ message }) => {
      toast.ok(message)
      onClose()
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['dead-letters'], refetchType: 'active', predicate: ({ queryKey }) => queryKey[1] !== 'one' })
      void client.invalidateQueries({ queryKey: ['queues'] })
    },
  })
  const letter = query.data
  return (
    <Dialog title={letter?.eventType ?? 'A dead letter'} onClose={onClose} wide>
      {letter ? (
        <div className="grid grid-cols-1 gap-5">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1 text-[0.9375rem]">
            <Row name="Letter" value={letter.id} />
            <Row name="Consumer" value={letter.consumer} />
            <Row name="Published" value={exactly(letter.sentAt)} />
            {letter.firstFailedAt && <Row name="Failed first" value={exactly(letter.firstFailedAt)} />}
            {letter.lastFailedAt && <Row name="Failed last" value={exactly(letter.lastFailedAt)} />}
            <Row name="Tried" value={counted(letter.tries, 'time')} />
            {letter.release && <Row name="By release" value={letter.release} />}
            {letter.eventId && <Row name="Event" value={letter.eventId} />}
            {letter.fingerprint && <Row name="Fingerprint" value={letter.fingerprint} />}
          </dl>
          <section aria-labelledby="causes">
            <h3 id="causes" className="text-lg">
              Why it failed
            </h3>
            {letter.causes.length === 0 && <p className="mt-2 text-ink-2">Nobody has noted it.</p>}
            <ol className="mt-2 grid list-decimal gap-1 pl-5">
              {letter.causes.map((cause, index) => (
                <li key={index} className="break-words">
                  {cause}
                </li>
              ))}
            </ol>
          </section>
          <div>
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h3 className="text-lg">
                The event
              </h3>
              {!letter.isRevealed && (
                <Button size="small" look="quiet" busy={query.isFetching} title="That you looked is noted" onClick={() => setReveal(true)}>
                  <Eye aria-hidden="true" className="size-4" />
                  Show what people wrote
                </Button>
              )}
            </div>
            {/* It scrolls with the arrow keys, too. */}
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <pre tabIndex={0} role="region" aria-label="The event" className="mt-2 max-h-72 overflow-auto rounded-xl bg-sunken p-4 font-script text-sm">
              {typeof letter.envelope === 'string' ? letter.envelope : JSON.stringify(letter.envelope, null, 2)}
            </pre>
          </div>
          {discarding ? (
            <form
              aria-label="Discard it"
              className="grid gap-4"
              onSubmit={(event) => {
                event.preventDefault()
                mutate('discard')
              }}
            >
              <AreaField label="Why" hint={`${letter.consumer} will never act on it. It is noted who did this, and why.`} required maxLength={200} className="min-h-20" value={reason} onChange={(event) => setReason(event.target.value)} />
              <FormError>{error ? inWords(error) : null}</FormError>
              <div className="flex flex-wrap justify-end gap-2">
                <Button look="quiet" onClick={() => setDiscarding(false)}>
                  Keep it
                </Button>
                <Button type="submit" look="danger" busy={isPending} disabled={reason.trim() === ''}>
                  Discard
                </Button>
              </div>
            </form>
          ) : (
            <>
              <FormError>{error ? inWords(error) : null}</FormError>
              <div className="flex flex-wrap justify-end gap-2">
                <Button look="danger" onClick={() => setDiscarding(true)}>
                  <Trash2 aria-hidden="true" className="size-4.5" />
                  Discard
                </Button>
                <Button busy={isPending} onClick={() => mutate('replay')}>
                  <RotateCw aria-hidden="true" className="size-4.5" />
                  Replay
                </Button>
              </div>
            </>
          )}
        </div>
      ) : query.isError ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading what="the dead letter">
          <Skeleton className="h-64" />
        </Loading>
      )}
    </Dialog>
  )
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="wrap-anywhere">{value}</dd>
    </>
  )
}

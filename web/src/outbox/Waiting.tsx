import { CircleAlert, Pencil, RotateCw, Trash2 } from 'lucide-react'
import { load } from '@/lib/chunk'
import { Button, Spinner } from '@/ui/Button'
import { cx } from '@/ui/cx'
import { toast } from '@/ui/toast'
import { outbox } from './instance'
import type { Entry } from './outbox'

function said(entry: Entry, sending: boolean): string {
  if (entry.refused) return entry.message ?? 'It was not taken'
  if (sending && entry.tries === 0) return 'Being sent'
  const why = entry.away === false && entry.message ? `Kept here: ${entry.message}` : 'Kept here, sent when Joint is back.'
  return entry.tries > 1 ? `${why} Tried ${entry.tries} times.` : why
}

/** What was sent and not taken yet: said, with what can be done about it. */
export function Waiting({ entry }: { entry: Entry }) {
  const sending = outbox.isSending(entry.id)
  const content = typeof entry.body['content'] === 'string' ? entry.body['content'] : ''
  return (
    <div role="group" aria-label={entry.kind === 'post' ? 'A post that waits' : 'A comment that waits'} className="border-l-4 border-marker bg-marker-soft/45 px-4 py-4 sm:px-6">
      <p className={cx('whitespace-pre-wrap text-ink-2', !entry.refused && 'line-clamp-4')}>{content}</p>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <p role="status" className="flex min-w-0 flex-1 basis-60 items-center gap-2 font-medium">
          {entry.refused ? <CircleAlert aria-hidden="true" className="size-4 shrink-0 text-danger" /> : <Spinner className="shrink-0" />}
          {said(entry, sending)}
        </p>
        {(entry.refused || entry.tries > 0) && (
          <div className="flex flex-wrap gap-1">
            {entry.refused && (
              <Button
                look="quiet"
                size="small"
                // Only who is refused needs it, and it stays here until it is there.
                onClick={() =>
                  void load(() => import('./again'), false)
                    .then(({ writeAgain }) => writeAgain(entry))
                    .then(
                      () => outbox.discard(entry.id),
                      () => toast.bad('It could not be put back yet. Try it again in a moment.'),
                    )
                }
              >
                <Pencil aria-hidden="true" className="size-4" />
                Write it again
              </Button>
            )}
            <Button look="quiet" size="small" onClick={() => outbox.retry(entry.id)}>
              <RotateCw aria-hidden="true" className="size-4" />
              Try now
            </Button>
            <Button
              look="quiet"
              size="small"
              onClick={() => {
                outbox.discard(entry.id)
                toast.ok('Thrown away', { label: 'Undo', run: () => outbox.restore(entry) })
              }}
            >
              <Trash2 aria-hidden="true" className="size-4" />
              Throw away
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

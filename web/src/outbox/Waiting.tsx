import { CircleAlert, RotateCw, Trash2 } from 'lucide-react'
import { Button, Spinner } from '@/ui/Button'
import { outbox } from './instance'
import type { Entry } from './outbox'

/** What was sent and not taken yet: said, with what can be done about it. */
export function Waiting({ entry }: { entry: Entry }) {
  const sending = outbox.isSending(entry.id)
  const content = typeof entry.body['content'] === 'string' ? entry.body['content'] : ''
  return (
    <div role="group" aria-label={entry.kind === 'post' ? 'A post that waits' : 'A comment that waits'} className="border-l-4 border-marker bg-marker-soft/45 px-4 py-4 sm:px-6">
      <p className="line-clamp-4 whitespace-pre-wrap text-ink-2">{content}</p>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <p role="status" className="flex min-w-0 flex-1 basis-60 items-center gap-2 font-medium">
          {entry.refused ? <CircleAlert aria-hidden="true" className="size-4 shrink-0 text-danger" /> : <Spinner className="shrink-0" />}
          {entry.refused ? entry.message : sending && entry.tries === 0 ? 'Being sent' : `Kept here, sent when Joint is back. ${entry.tries > 1 ? `Tried ${entry.tries} times.` : ''}`}
        </p>
        {(entry.refused || entry.tries > 0) && (
          <div className="flex gap-1">
            <Button look="quiet" size="small" onClick={() => outbox.retry(entry.id)}>
              <RotateCw aria-hidden="true" className="size-4" />
              Try now
            </Button>
            <Button look="quiet" size="small" onClick={() => outbox.discard(entry.id)}>
              <Trash2 aria-hidden="true" className="size-4" />
              Throw away
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

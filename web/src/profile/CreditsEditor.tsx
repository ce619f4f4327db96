import { lazy, useRef, useState } from 'react'
import { Plus } from 'lucide-react'
import type { Credit } from '@/api/types'
import { load } from '@/lib/chunk'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Empty } from '@/ui/bits'
import { CreditDialog } from './dialogs'
import { CreditRow, type ListProps } from './CreditRow'
import { useRemoveEntry } from './entries'
import { useOrderable } from './useOrderable'

/** What drags is large: it comes after the page, begun with it. */
const fetched = load(() => import('./OrderedCredits'))
const OrderedCredits = lazy(() => fetched)

/** Credits in their order. It is changed by dragging, or with the keyboard: Space, arrows, Space. */
export function CreditsEditor({ credits }: { credits: Credit[] }) {
  const [open, setOpen] = useState<Credit | 'new' | null>(null)
  const [removing, setRemoving] = useState<Credit | null>(null)
  const { mutate: remove } = useRemoveEntry('credits')
  const place = useRef<HTMLDivElement>(null)
  const List = useOrderable(fetched, place) ? OrderedCredits : Unordered
  return (
    <>
      {credits.length === 0 ? (
        <Empty title="No credits yet">What you have worked on is what casting looks for first.</Empty>
      ) : (
        <div ref={place}>
          <List credits={credits} onEdit={setOpen} onRemove={setRemoving} />
        </div>
      )}
      <Button look="plain" className="mt-4" onClick={() => setOpen('new')}>
        <Plus aria-hidden="true" className="size-4.5" />
        Add a credit
      </Button>
      {open && <CreditDialog entry={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
      {removing && (
        <Confirm
          title={`Remove “${removing.title}”?`}
          action="Remove"
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            remove(removing.id)
            setRemoving(null)
          }}
        >
          It is no longer shown on your profile.
        </Confirm>
      )}
    </>
  )
}

/** The same, as long as it cannot be ordered. */
function Unordered({ credits, onEdit, onRemove }: ListProps) {
  return (
    <ol role="list" className="grid grid-cols-1 gap-2">
      {credits.map((credit) => (
        <CreditRow key={credit.id} credit={credit} handle={{ disabled: true }} onEdit={onEdit} onRemove={onRemove} />
      ))}
    </ol>
  )
}

import { lazy, Suspense, useState, type ComponentType } from 'react'
import { Plus } from 'lucide-react'
import type { Credit } from '@/api/types'
import { load } from '@/lib/chunk'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Empty } from '@/ui/bits'
import { CreditDialog } from './dialogs'
import { CreditRow, type ListProps } from './CreditRow'
import { useRemoveEntry } from './entries'

/** What drags is large: the list is there before it can be ordered, and stays where that cannot be fetched. */
const OrderedCredits = lazy<ComponentType<ListProps>>(() => load(() => import('./OrderedCredits')).catch(() => ({ default: Unordered })))

/** Credits in their order. It is changed by dragging, or with the keyboard: Space, arrows, Space. */
export function CreditsEditor({ credits }: { credits: Credit[] }) {
  const [open, setOpen] = useState<Credit | 'new' | null>(null)
  const [removing, setRemoving] = useState<Credit | null>(null)
  const { mutate: remove } = useRemoveEntry('credits')
  return (
    <>
      {credits.length === 0 ? (
        <Empty title="No credits yet">What you have worked on is what casting looks for first.</Empty>
      ) : (
        <Suspense fallback={<Unordered credits={credits} onEdit={setOpen} onRemove={setRemoving} />}>
          <OrderedCredits credits={credits} onEdit={setOpen} onRemove={setRemoving} />
        </Suspense>
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

function Unordered({ credits, onEdit, onRemove }: ListProps) {
  return (
    <ol role="list" className="grid grid-cols-1 gap-2">
      {credits.map((credit) => (
        <CreditRow key={credit.id} credit={credit} handle={{ disabled: true }} onEdit={onEdit} onRemove={onRemove} />
      ))}
    </ol>
  )
}

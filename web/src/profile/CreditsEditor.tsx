import { memo, useRef, useState } from 'react'
import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent } from '@dnd-kit/core'
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { GripVertical, Pencil, Plus, Trash2 } from 'lucide-react'
import type { Credit } from '@/api/types'
import { Button, IconButton } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Empty } from '@/ui/bits'
import { cx } from '@/ui/cx'
import { CreditDialog } from './EntryDialogs'
import { useOrderCredits, useRemoveEntry } from './entries'

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
        <Ordered credits={credits} onEdit={setOpen} onRemove={setRemoving} />
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

interface OrderedProps {
  credits: Credit[]
  onEdit: (credit: Credit) => void
  onRemove: (credit: Credit) => void
}

/** What can be dragged measures itself each time it is rendered: a dialog that opens beside it is no reason to. */
const Ordered = memo(function Ordered({ credits, onEdit, onRemove }: OrderedProps) {
  const { mutate: order } = useOrderCredits()
  const moved = useRef(false)
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }))

  const place = (id: unknown) => credits.findIndex((credit) => credit.id === id) + 1
  const name = (id: unknown) => credits.find((credit) => credit.id === id)?.title ?? 'the credit'
  const announcements: Announcements = {
    onDragStart: ({ active }) => {
      moved.current = false
      return `Picked up ${name(active.id)}, number ${place(active.id)} of ${credits.length}.`
    },
    onDragOver: ({ active, over }) => {
      // It lies over itself first of all; said, that would cut off what was said just before.
      if (!over || (over.id === active.id && !moved.current)) return undefined
      moved.current = true
      return `${name(active.id)} is now at number ${place(over.id)}.`
    },
    onDragEnd: ({ active, over }) => (over ? `${name(active.id)} was put at number ${place(over.id)}.` : undefined),
    onDragCancel: ({ active }) => `${name(active.id)} stays where it was.`,
  }
  const dropped = ({ active, over }: DragEndEvent) => {
    if (!over || active.id === over.id) return
    order(arrayMove(credits, place(active.id) - 1, place(over.id) - 1))
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={dropped}
      accessibility={{ announcements, screenReaderInstructions: { draggable: 'Press Space to pick it up, the arrow keys to move it, Space to put it down, Escape to leave it where it was.' } }}
    >
      <SortableContext items={credits} strategy={verticalListSortingStrategy}>
        <ol role="list" className="grid grid-cols-1 gap-2">
          {credits.map((credit) => (
            <Row key={credit.id} credit={credit} onEdit={() => onEdit(credit)} onRemove={() => onRemove(credit)} />
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  )
})

function Row({ credit, onEdit, onRemove }: { credit: Credit; onEdit: () => void; onRemove: () => void }) {
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({ id: credit.id })
  return (
    <li
      ref={setNodeRef}
      style={{ transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
      className={cx('flex items-center gap-1 rounded-xl border border-line bg-surface py-2 pr-1.5', isDragging && 'relative z-10 border-line-strong shadow-lift')}
    >
      <button
        type="button"
        aria-label={`Move ${credit.title}`}
        className="grid h-12 w-10 shrink-0 cursor-grab touch-none place-items-center rounded-lg text-ink-3 hover:text-ink active:cursor-grabbing"
        {...attributes}
        {...listeners}
      >
        <GripVertical aria-hidden="true" className="size-5" />
      </button>
      <div className="min-w-0 flex-1 leading-snug">
        <p className="truncate font-semibold">{credit.title}</p>
        <p className="truncate text-sm text-ink-3">{[credit.role, credit.company, credit.year].filter(Boolean).join(' · ')}</p>
      </div>
      <IconButton label={`Edit ${credit.title}`} onClick={onEdit}>
        <Pencil aria-hidden="true" className="size-4.5" />
      </IconButton>
      <IconButton label={`Remove ${credit.title}`} onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-4.5" />
      </IconButton>
    </li>
  )
}

import { memo, useRef } from 'react'
import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent } from '@dnd-kit/core'
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable'
import type { Credit } from '@/api/types'
import { CreditRow, type ListProps } from './CreditRow'
import { useOrderCredits } from './entries'

/** What can be dragged measures itself each time it is rendered: a dialog that opens beside it is no reason to. */
export default memo(function OrderedCredits({ credits, onEdit, onRemove }: ListProps) {
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
            <Row key={credit.id} credit={credit} onEdit={onEdit} onRemove={onRemove} />
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  )
})

function Row({ credit, onEdit, onRemove }: Omit<ListProps, 'credits'> & { credit: Credit }) {
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({ id: credit.id })
  return (
    <CreditRow
      ref={setNodeRef}
      style={{ transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
      className={isDragging ? 'relative z-10 border-line-strong shadow-lift' : undefined}
      credit={credit}
      handle={{ ...attributes, ...listeners }}
      onEdit={onEdit}
      onRemove={onRemove}
    />
  )
}

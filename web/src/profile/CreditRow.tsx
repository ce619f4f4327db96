import type { ComponentProps } from 'react'
import { GripVertical, Pencil, Trash2 } from 'lucide-react'
import type { Credit } from '@/api/types'
import { IconButton } from '@/ui/Button'
import { cx } from '@/ui/cx'

export interface ListProps {
  credits: Credit[]
  onEdit: (credit: Credit) => void
  onRemove: (credit: Credit) => void
}

interface Props extends ComponentProps<'li'> {
  credit: Credit
  /** What moves it. */
  handle: ComponentProps<'button'>
  onEdit: (credit: Credit) => void
  onRemove: (credit: Credit) => void
}

/** A credit in the list of one's own: moved, changed, removed. */
export function CreditRow({ credit, handle, onEdit, onRemove, className, ...row }: Props) {
  return (
    <li className={cx('flex items-center gap-1 rounded-xl border border-line bg-surface py-2 pr-1.5', className)} {...row}>
      <button
        type="button"
        aria-label={`Move ${credit.title}`}
        className="grid h-12 w-10 shrink-0 cursor-grab touch-none place-items-center rounded-lg text-ink-3 hover:text-ink active:cursor-grabbing"
        {...handle}
      >
        <GripVertical aria-hidden="true" className="size-5" />
      </button>
      <div className="min-w-0 flex-1 leading-snug">
        <p className="truncate font-semibold">{credit.title}</p>
        <p className="truncate text-sm text-ink-3">{[credit.role, credit.company, credit.year].filter(Boolean).join(' · ')}</p>
      </div>
      <IconButton label={`Edit ${credit.title}`} onClick={() => onEdit(credit)}>
        <Pencil aria-hidden="true" className="size-4.5" />
      </IconButton>
      <IconButton label={`Remove ${credit.title}`} onClick={() => onRemove(credit)}>
        <Trash2 aria-hidden="true" className="size-4.5" />
      </IconButton>
    </li>
  )
}

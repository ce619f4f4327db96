import { useState, type ReactNode } from 'react'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { useRemoveEntry } from './entries'

interface Props<T> {
  part: 'education' | 'links'
  entries: T[]
  name: (entry: T) => string
  detail: (entry: T) => string
  add: string
  dialog: (entry: T | null, close: () => void) => ReactNode
}

/** Education and links: a short list, each changed in a dialog. */
export function EntryList<T extends { id: string }>({ part, entries, name, detail, add, dialog }: Props<T>) {
  const [open, setOpen] = useState<T | 'new' | null>(null)
  const [removing, setRemoving] = useState<T | null>(null)
  const { mutate: remove } = useRemoveEntry(part)
  return (
    <>
      {entries.length > 0 && (
        <ul role="list" className="mb-4 grid grid-cols-1 gap-2">
          {entries.map((entry) => (
            <li key={entry.id} className="flex items-center gap-1 rounded-xl border border-line bg-surface py-2 pr-1.5 pl-4">
              <div className="min-w-0 flex-1 leading-snug">
                <p className="truncate font-semibold">{name(entry)}</p>
                <p className="truncate text-sm text-ink-3">{detail(entry)}</p>
              </div>
              <IconButton label={`Edit ${name(entry)}`} onClick={() => setOpen(entry)}>
                <Pencil aria-hidden="true" className="size-4.5" />
              </IconButton>
              <IconButton label={`Remove ${name(entry)}`} onClick={() => setRemoving(entry)}>
                <Trash2 aria-hidden="true" className="size-4.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button look="plain" onClick={() => setOpen('new')}>
        <Plus aria-hidden="true" className="size-4.5" />
        {add}
      </Button>
      {removing && (
        <Confirm
          title={`Remove “${name(removing)}”?`}
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
      {open && dialog(open === 'new' ? null : open, () => setOpen(null))}
    </>
  )
}

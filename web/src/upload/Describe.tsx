import { useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Plus } from 'lucide-react'
import { Button } from '@/ui/Button'
import { AreaField } from '@/ui/Field'
import { asks } from './asks'
import { MOST_WORDS } from './described'
import { describe, tell, type Upload } from './uploads'

/** Words about a file for those who do not see or hear it. */
export function Describe({ upload }: { upload: Upload }) {
  const { id, name, words = '' } = upload
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const close = () => {
    tell(id)
    flushSync(() => setOpen(false))
    opener.current?.focus()
  }
  if (open) return <Writing upload={upload} onClose={close} />
  const isEmpty = words.trim() === ''
  return (
    <div className="flex items-start gap-2 pr-1.5 pb-3 pl-16 text-sm">
      {!isEmpty && <p className="line-clamp-2 min-w-0 flex-1 text-ink-2">{words}</p>}
      <button
        ref={opener}
        type="button"
        aria-label={isEmpty ? `Add a description: ${name}` : `Edit the description: ${name}`}
        className="-my-1.5 inline-flex min-h-8 shrink-0 items-center gap-1 rounded-md pr-1.5 font-semibold text-ink-2 hover:text-ink hover:underline"
        onClick={() => setOpen(true)}
      >
        {isEmpty && <Plus aria-hidden="true" className="size-4" />}
        {isEmpty ? 'Add a description' : 'Edit'}
      </button>
    </div>
  )
}

function Writing({ upload: { id, kind, words = '' }, onClose }: { upload: Upload; onClose: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const { current: element } = field
    element?.focus()
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])
  return (
    <div className="grid gap-2 px-3 pt-1 pb-3">
      <AreaField
        ref={field}
        label={asks[kind]}
        hint="For those who do not see or hear it."
        aside={words.length > MOST_WORDS - 200 ? `${MOST_WORDS - words.length} left` : undefined}
        value={words}
        maxLength={MOST_WORDS}
        className="max-h-60! min-h-20!"
        onChange={(event) => describe(id, event.target.value)}
        onBlur={() => tell(id)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return
          event.preventDefault()
          onClose()
        }}
      />
      <Button look="plain" size="small" className="justify-self-end" onClick={onClose}>
        Done
      </Button>
    </div>
  )
}

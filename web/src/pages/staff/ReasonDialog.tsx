import { useState } from 'react'
import { inWords } from '@/api/errors'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError } from '@/ui/Field'

interface Props {
  title: string
  lead: string
  action: string
  label: string
  needed?: boolean
  longest?: number
  busy: boolean
  error: unknown
  onSay: (words: string) => void
  onClose: () => void
}

/** Asks for a reason: it is kept, and shown to whoever looks at the matter later. */
export function ReasonDialog({ title, lead, action, label, needed = false, longest = 1000, busy, error, onSay, onClose }: Props) {
  const [words, setWords] = useState('')
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          onSay(words.trim())
        }}
      >
        <p className="text-ink-2">{lead}</p>
        <AreaField label={label} required={needed} maxLength={longest} value={words} onChange={(event) => setWords(event.target.value)} />
        <FormError>{error ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" busy={busy} disabled={needed && words.trim() === ''}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

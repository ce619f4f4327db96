import { useState } from 'react'
import { inWords } from '@/api/errors'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, SelectField } from '@/ui/Field'

export interface Sentence {
  reason: string
  until?: string
}

const spans = { '': 'Until somebody restores it', '1': 'One day', '7': 'One week', '30': 'One month', '365': 'One year' }

/** Why somebody is suspended, and for how long. */
export function Suspend({ name, busy, error, onSay, onClose }: { name: string; busy: boolean; error: unknown; onSay: (sentence: Sentence) => void; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [days, setDays] = useState('')
  return (
    <Dialog title={`Suspend ${name}?`} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const end = Number(days) > 0 ? { until: new Date(Date.now() + Number(days) * 86_400_000).toISOString() } : {}
          onSay({ reason: reason.trim(), ...end })
        }}
      >
        <p className="text-ink-2">All sessions end at once, and nobody else sees what they wrote until they are restored.</p>
        <AreaField label="Why" hint="For staff to read." required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        <SelectField label="For how long" value={days} onChange={(event) => setDays(event.target.value)}>
          {Object.entries(spans).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormError>{error ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="danger" busy={busy} disabled={reason.trim() === ''}>
            Suspend
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

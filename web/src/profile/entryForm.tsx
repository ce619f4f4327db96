import { useDraft } from '@/lib/drafts'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'

export interface Props<T> {
  entry: T | null
  onClose: () => void
}

export const year = (text: string): number | null => (/^\d{4}$/.test(text.trim()) ? Number(text) : text.trim() === '' ? null : Number.NaN)
export const yearProblem = (text: string) => (Number.isNaN(year(text)) ? 'A year has four digits' : undefined)

/** The fields of an entry. What is typed and not saved survives a reload; `close` forgets it. */
export function useEntry<T extends Record<string, string>>(what: string, id: string | undefined, beginning: T, onClose: () => void) {
  const account = useAccount()
  const [values, setValues, forget] = useDraft(`${what}.${account.id}.${id ?? 'new'}`, beginning)
  const bind = (name: keyof T & string) => ({
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues((now) => ({ ...now, [name]: event.target.value })),
  })
  const close = () => {
    forget()
    onClose()
  }
  return { values, setValues, bind, close, isChanged: JSON.stringify(values) !== JSON.stringify(beginning) }
}

export function Buttons({ onClose, busy }: { onClose: () => void; busy: boolean }) {
  return (
    <div className="mt-1 flex justify-end gap-2">
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" busy={busy}>
        Save
      </Button>
    </div>
  )
}

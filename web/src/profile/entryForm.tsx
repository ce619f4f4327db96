import type { UseMutationResult } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useDraft } from '@/lib/drafts'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { FormError } from '@/ui/Field'
import { yearProblem } from './years'

export interface Props<T> {
  entry: T | null
  onClose: () => void
}

interface Form<T, Body> {
  beginning: T
  /** Which of the fields are years. */
  years?: (keyof T & string)[]
  save: Pick<UseMutationResult<unknown, Error, Body>, 'mutate' | 'reset' | 'isPending' | 'error'>
  body: (values: T) => Body
  onClose: () => void
}

/** The form of an entry. What is typed and not saved survives a reload; saving or closing forgets it. */
export function useEntry<T extends Record<string, string>, Body>(what: string, id: string | undefined, { beginning, years = [], save, body, onClose }: Form<T, Body>) {
  const account = useAccount()
  const [values, setValues, forget] = useDraft(`${what}.${account.id}.${id ?? 'new'}`, beginning)
  /** How often in a row the server was not asked, because of a mistake that can be seen from here. */
  const [refused, setRefused] = useState(0)
  const refusal = problems(save.error, Object.keys(values))
  const form = useFocusOnProblem(save.error ?? refused)
  const mistake = (name: keyof T & string) => (years.includes(name) ? yearProblem(values[name] ?? '') : undefined)
  const bind = (name: keyof T & string) => ({
    name,
    value: values[name],
    error: (refused ? mistake(name) : undefined) ?? refusal.of(name),
    onChange: (event: { target: { value: string } }) => setValues((now) => ({ ...now, [name]: event.target.value })),
  })
  const close = () => {
    forget()
    onClose()
  }
  const submit = () => {
    if (years.some(mistake)) {
      save.reset()
      setRefused((times) => times + 1)
      return
    }
    setRefused(0)
    save.mutate(body(values), { onSuccess: close })
  }
  return { values, setValues, bind, close, submit, form, whole: refusal.whole, isPending: save.isPending, isChanged: JSON.stringify(values) !== JSON.stringify(beginning) }
}

/** What the dialog shows of the form; the fields are its children. */
type Shown = Pick<ReturnType<typeof useEntry>, 'close' | 'submit' | 'form' | 'whole' | 'isPending' | 'isChanged'>

export function EntryDialog({ title, of: { close, submit, form, whole, isPending, isChanged }, children }: { title: string; of: Shown; children: ReactNode }) {
  return (
    <Dialog title={title} onClose={close} isChanged={isChanged}>
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {children}
        <FormError>{whole}</FormError>
        <div className="mt-1 flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" busy={isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

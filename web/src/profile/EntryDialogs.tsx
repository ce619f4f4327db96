import { useState } from 'react'
import type { Credit, Link, School } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, TextField } from '@/ui/Field'
import { useSaveCredit, useSaveLink, useSaveSchool } from './entries'

interface Props<T> {
  entry: T | null
  onClose: () => void
}

const year = (text: string): number | null => (/^\d{4}$/.test(text.trim()) ? Number(text) : text.trim() === '' ? null : Number.NaN)
const yearProblem = (text: string) => (Number.isNaN(year(text)) ? 'A year has four digits' : undefined)

/** The fields of an entry. What is typed and not saved survives a reload; `close` forgets it. */
function useEntry<T extends Record<string, string>>(what: string, id: string | undefined, beginning: T, onClose: () => void) {
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

function Buttons({ onClose, busy }: { onClose: () => void; busy: boolean }) {
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

export function CreditDialog({ entry, onClose }: Props<Credit>) {
  const { values, bind, close, isChanged } = useEntry('credit', entry?.id, {
    title: entry?.title ?? '',
    role: entry?.role ?? '',
    company: entry?.company ?? '',
    year: entry?.year ? String(entry.year) : '',
    description: entry?.description ?? '',
  }, onClose)
  const [tried, setTried] = useState(false)
  const { mutate, isPending, error } = useSaveCredit(entry?.id ?? null)
  const wrong = problems(error, Object.keys(values))
  const form = useFocusOnProblem(error)
  return (
    <Dialog title={entry ? 'Edit the credit' : 'Add a credit'} onClose={close} isChanged={isChanged}>
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (yearProblem(values.year)) return
          mutate(
            { title: values.title, role: values.role, company: values.company || null, year: year(values.year), description: values.description || null },
            { onSuccess: close },
          )
        }}
      >
        <TextField label="Title" required maxLength={140} placeholder="The Cardboard Ferry" error={wrong.of('title')} {...bind('title')} />
        <TextField label="Your part in it" required maxLength={80} placeholder="Narrator" error={wrong.of('role')} {...bind('role')} />
        <div className="grid gap-4 xs:grid-cols-[1fr_7rem]">
          <TextField label="For whom" maxLength={100} placeholder="Studio, station, stage" error={wrong.of('company')} {...bind('company')} />
          <TextField label="Year" inputMode="numeric" maxLength={4} error={(tried ? yearProblem(values.year) : undefined) ?? wrong.of('year')} {...bind('year')} />
        </div>
        <AreaField label="In a sentence" maxLength={250} className="min-h-20" error={wrong.of('description')} {...bind('description')} />
        <FormError>{wrong.whole}</FormError>
        <Buttons onClose={close} busy={isPending} />
      </form>
    </Dialog>
  )
}

export function SchoolDialog({ entry, onClose }: Props<School>) {
  const { values, bind, close, isChanged } = useEntry('school', entry?.id, {
    institution: entry?.institution ?? '',
    degree: entry?.degree ?? '',
    field: entry?.field ?? '',
    startYear: entry?.startYear ? String(entry.startYear) : '',
    endYear: entry?.endYear ? String(entry.endYear) : '',
  }, onClose)
  const [tried, setTried] = useState(false)
  const { mutate, isPending, error } = useSaveSchool(entry?.id ?? null)
  const wrong = problems(error, Object.keys(values))
  const form = useFocusOnProblem(error)
  return (
    <Dialog title={entry ? 'Edit the education' : 'Add education'} onClose={close} isChanged={isChanged}>
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (yearProblem(values.startYear) ?? yearProblem(values.endYear)) return
          mutate(
            { institution: values.institution, degree: values.degree, field: values.field || null, startYear: year(values.startYear), endYear: year(values.endYear) },
            { onSuccess: close },
          )
        }}
      >
        <TextField label="School" required maxLength={140} error={wrong.of('institution')} {...bind('institution')} />
        <TextField label="Degree or course" required maxLength={140} error={wrong.of('degree')} {...bind('degree')} />
        <TextField label="Field" maxLength={140} error={wrong.of('field')} {...bind('field')} />
        <div className="grid grid-cols-2 gap-4">
          <TextField label="From" inputMode="numeric" maxLength={4} error={(tried ? yearProblem(values.startYear) : undefined) ?? wrong.of('startYear')} {...bind('startYear')} />
          <TextField label="To" inputMode="numeric" maxLength={4} error={(tried ? yearProblem(values.endYear) : undefined) ?? wrong.of('endYear')} {...bind('endYear')} />
        </div>
        <FormError>{wrong.whole}</FormError>
        <Buttons onClose={close} busy={isPending} />
      </form>
    </Dialog>
  )
}

export function LinkDialog({ entry, onClose }: Props<Link>) {
  const { values, bind, setValues, close, isChanged } = useEntry('link', entry?.id, { platform: entry?.platform ?? '', url: entry?.url ?? '' }, onClose)
  const { mutate, isPending, error } = useSaveLink(entry?.id ?? null)
  const wrong = problems(error, Object.keys(values))
  const form = useFocusOnProblem(error)
  return (
    <Dialog title={entry ? 'Edit the link' : 'Add a link'} onClose={close} isChanged={isChanged}>
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          mutate(values, { onSuccess: close })
        }}
      >
        <TextField
          label="Address"
          type="url"
          inputMode="url"
          required
          placeholder="https://"
          error={wrong.of('url')}
          {...bind('url')}
          onBlur={() => {
            // Most people leave out the beginning.
            if (values.url && !/^\w+:/.test(values.url)) setValues((now) => ({ ...now, url: `https://${now.url}` }))
          }}
        />
        <TextField label="What it is called" required maxLength={50} placeholder="Website, reel, IMDb" error={wrong.of('platform')} {...bind('platform')} />
        <FormError>{wrong.whole}</FormError>
        <Buttons onClose={close} busy={isPending} />
      </form>
    </Dialog>
  )
}

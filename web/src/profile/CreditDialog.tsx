import { useState } from 'react'
import type { Credit } from '@/api/types'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, TextField } from '@/ui/Field'
import { useSaveCredit } from './entries'
import { Buttons, useEntry, year, yearProblem, type Props } from './entryForm'

export default function CreditDialog({ entry, onClose }: Props<Credit>) {
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

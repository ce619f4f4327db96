import { useState } from 'react'
import type { School } from '@/api/types'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { Dialog } from '@/ui/Dialog'
import { FormError, TextField } from '@/ui/Field'
import { useSaveSchool } from './entries'
import { Buttons, useEntry, year, yearProblem, type Props } from './entryForm'

export default function SchoolDialog({ entry, onClose }: Props<School>) {
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

import type { School } from '@/api/types'
import { TextField } from '@/ui/Field'
import { useSaveSchool } from './entries'
import { EntryDialog, useEntry, type Props } from './entryForm'
import { year } from './years'

export default function SchoolDialog({ entry, onClose }: Props<School>) {
  const school = useEntry('school', entry?.id, {
    beginning: {
      institution: entry?.institution ?? '',
      degree: entry?.degree ?? '',
      field: entry?.field ?? '',
      startYear: entry?.startYear ? String(entry.startYear) : '',
      endYear: entry?.endYear ? String(entry.endYear) : '',
    },
    years: ['startYear', 'endYear'],
    save: useSaveSchool(entry?.id ?? null),
    body: ({ institution, degree, field, startYear, endYear }) => ({ institution, degree, field: field || null, startYear: year(startYear), endYear: year(endYear) }),
    onClose,
  })
  return (
    <EntryDialog title={entry ? 'Edit the education' : 'Add education'} of={school}>
      <TextField label="School" required maxLength={140} {...school.bind('institution')} />
      <TextField label="Degree or course" required maxLength={140} {...school.bind('degree')} />
      <TextField label="Field" maxLength={140} {...school.bind('field')} />
      <div className="grid grid-cols-2 gap-4">
        <TextField label="From" inputMode="numeric" maxLength={4} {...school.bind('startYear')} />
        <TextField label="To" inputMode="numeric" maxLength={4} {...school.bind('endYear')} />
      </div>
    </EntryDialog>
  )
}

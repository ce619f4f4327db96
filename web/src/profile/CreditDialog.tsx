import type { Credit } from '@/api/types'
import { AreaField, TextField } from '@/ui/Field'
import { useSaveCredit } from './entries'
import { EntryDialog, useEntry, type Props } from './entryForm'
import { year } from './years'

export default function CreditDialog({ entry, onClose }: Props<Credit>) {
  const credit = useEntry('credit', entry?.id, {
    beginning: {
      title: entry?.title ?? '',
      role: entry?.role ?? '',
      company: entry?.company ?? '',
      year: entry?.year ? String(entry.year) : '',
      description: entry?.description ?? '',
    },
    years: ['year'],
    save: useSaveCredit(entry?.id ?? null),
    body: ({ title, role, company, year: when, description }) => ({ title, role, company: company || null, year: year(when), description: description || null }),
    onClose,
  })
  return (
    <EntryDialog title={entry ? 'Edit the credit' : 'Add a credit'} of={credit}>
      <TextField label="Title" required maxLength={140} placeholder="The Cardboard Ferry" {...credit.bind('title')} />
      <TextField label="Your part in it" required maxLength={80} placeholder="Narrator" {...credit.bind('role')} />
      <div className="grid gap-4 xs:grid-cols-[1fr_7rem]">
        <TextField label="For whom" maxLength={100} placeholder="Studio, station, stage" {...credit.bind('company')} />
        <TextField label="Year" inputMode="numeric" maxLength={4} {...credit.bind('year')} />
      </div>
      <AreaField label="In a sentence" maxLength={250} className="min-h-20" {...credit.bind('description')} />
    </EntryDialog>
  )
}

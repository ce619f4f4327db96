import type { Link } from '@/api/types'
import { TextField } from '@/ui/Field'
import { useSaveLink } from './entries'
import { EntryDialog, useEntry, type Props } from './entryForm'

export default function LinkDialog({ entry, onClose }: Props<Link>) {
  const link = useEntry('link', entry?.id, {
    beginning: { platform: entry?.platform ?? '', url: entry?.url ?? '' },
    save: useSaveLink(entry?.id ?? null),
    body: (values) => values,
    onClose,
  })
  return (
    <EntryDialog title={entry ? 'Edit the link' : 'Add a link'} of={link}>
      <TextField
        label="Address"
        type="url"
        inputMode="url"
        required
        placeholder="https://"
        {...link.bind('url')}
        onBlur={() => {
          // Most people leave out the beginning.
          if (link.values.url && !/^\w+:/.test(link.values.url)) link.setValues((now) => ({ ...now, url: `https://${now.url}` }))
        }}
      />
      <TextField label="What it is called" required maxLength={50} placeholder="Website, reel, IMDb" {...link.bind('platform')} />
    </EntryDialog>
  )
}

import type { Link } from '@/api/types'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { Dialog } from '@/ui/Dialog'
import { FormError, TextField } from '@/ui/Field'
import { useSaveLink } from './entries'
import { Buttons, useEntry, type Props } from './entryForm'

export default function LinkDialog({ entry, onClose }: Props<Link>) {
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

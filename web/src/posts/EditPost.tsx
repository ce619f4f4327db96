import { useState } from 'react'
import { ApiError, inWords } from '@/api/errors'
import type { Post, Visibility } from '@/api/types'
import { tagsOf } from '@/lib/words'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, SelectField, TextField } from '@/ui/Field'
import { useEditPost } from './hooks'
import { visibilities } from './visibility'

export default function EditPost({ post, onClose }: { post: Post; onClose: () => void }) {
  const [content, setContent] = useState(post.content)
  const [tags, setTags] = useState(post.tags.join(' '))
  const [visibility, setVisibility] = useState<Visibility>(post.visibility)
  const { mutate, isPending, error } = useEditPost(post.id)
  const wrong = error instanceof ApiError ? error : null
  return (
    <Dialog title="Edit the post" onClose={onClose} wide>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          mutate({ content: content.trim(), visibility, tags: tagsOf(tags) }, { onSuccess: onClose })
        }}
      >
        <AreaField label="Text" value={content} required maxLength={5000} error={wrong?.of('content')} onChange={(event) => setContent(event.target.value)} />
        <TextField label="Tags" value={tags} error={wrong?.of('tags')} className="font-script" onChange={(event) => setTags(event.target.value)} />
        <SelectField label="Who may see it" value={visibility} hint={visibilities[visibility].who} onChange={(event) => setVisibility(event.target.value as Visibility)}>
          {Object.entries(visibilities).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormError>{error && !(wrong && wrong.details.length > 0) ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" busy={isPending} disabled={content.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

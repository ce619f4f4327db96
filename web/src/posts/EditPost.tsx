import { useState } from 'react'
import type { Attachment, Post, Visibility } from '@/api/types'
import { problems } from '@/lib/useForm'
import { sized, tagsOf } from '@/lib/words'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, SelectField, TextField } from '@/ui/Field'
import { asks } from '@/upload/asks'
import { described, MOST_WORDS } from '@/upload/described'
import { useEditPost } from './hooks'
import { visibilities } from './visibility'

export default function EditPost({ post, onClose }: { post: Post; onClose: () => void }) {
  const [content, setContent] = useState(post.content)
  const [tags, setTags] = useState(post.tags.join(' '))
  const [visibility, setVisibility] = useState<Visibility>(post.visibility)
  const [words, setWords] = useState<Record<string, string>>({})
  const { mutate, isPending, error } = useEditPost(post.id)
  const { of, whole } = problems(error, ['content', 'tags'])
  const save = () => {
    const now = { content: content.trim(), visibility, tags: tagsOf(tags) }
    const isNew = now.content !== post.content || visibility !== post.visibility || now.tags.join() !== post.tags.join()
    const files = post.media.flatMap(({ id, altText }) => {
      const said = described(words[id] ?? altText ?? '')
      return said === (altText ?? '') ? [] : [{ id, altText: said || null }]
    })
    mutate({ post: isNew ? now : null, files }, { onSuccess: onClose })
  }
  return (
    <Dialog title="Edit the post" onClose={onClose} wide>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <AreaField label="Text" value={content} required maxLength={5000} error={of('content')} onChange={(event) => setContent(event.target.value)} />
        <TextField label="Tags" value={tags} error={of('tags')} className="font-script" onChange={(event) => setTags(event.target.value)} />
        <SelectField label="Who may see it" value={visibility} hint={visibilities[visibility].who} onChange={(event) => setVisibility(event.target.value as Visibility)}>
          {Object.entries(visibilities).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        {post.media.length > 0 && (
          <fieldset className="grid gap-4 border-t border-line pt-4">
            <legend className="sr-only">Descriptions of its files</legend>
            {post.media.map((file) => (
              <FileWords key={file.id} file={file} media={post.media} words={words[file.id] ?? file.altText ?? ''} onChange={(said) => setWords((now) => ({ ...now, [file.id]: said }))} />
            ))}
          </fieldset>
        )}
        <FormError>{whole}</FormError>
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

const names: Record<Attachment['kind'], string> = { image: 'picture', audio: 'recording', video: 'video', document: 'document' }

interface FileProps {
  file: Attachment
  media: Attachment[]
  words: string
  onChange: (words: string) => void
}

/** What a file shows, in words, for those who do not see or hear it. */
function FileWords({ file, media, words, onChange }: FileProps) {
  const alike = media.filter(({ kind }) => kind === file.kind)
  const number = alike.length > 1 ? ` ${alike.indexOf(file) + 1}` : ''
  return (
    <AreaField
      label={
        <span className="flex items-center gap-2.5">
          {file.kind === 'image' && file.url && <img src={sized(file.url, 96)} alt="" width={40} height={40} className="size-10 rounded-md bg-sunken object-cover" />}
          Description of the {names[file.kind]}
          {number}
        </span>
      }
      placeholder={asks[file.kind]}
      value={words}
      maxLength={MOST_WORDS}
      className="max-h-60! min-h-20!"
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

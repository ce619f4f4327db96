import type { Attachment, Post, Visibility } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { problems } from '@/lib/useForm'
import { sized, tagsOf } from '@/lib/words'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError, SelectField, TextField } from '@/ui/Field'
import { asks } from '@/upload/asks'
import { described, MOST_WORDS } from '@/upload/described'
import { useEditPost } from './hooks'
import { visibilities } from './visibility'

interface Draft {
  content: string
  tags: string
  visibility: Visibility
  /** Of its files, by their ids. */
  words: Record<string, string>
}

/** Other words for a post. What is typed and not saved survives a reload. */
export default function EditPost({ post, onClose }: { post: Post; onClose: () => void }) {
  const account = useAccount()
  const beginning: Draft = { content: post.content, tags: post.tags.join(' '), visibility: post.visibility, words: {} }
  const [draft, setDraft, forget] = useDraft(`edit.${account.id}.${post.id}`, beginning)
  const { content, tags, visibility, words } = draft
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const close = () => {
    forget()
    onClose()
  }
  const { mutate, isPending, error } = useEditPost(post.id)
  const { of, whole } = problems(error, ['content', 'tags'])
  const save = () => {
    const now = { content: content.trim(), visibility, tags: tagsOf(tags) }
    const isNew = now.content !== post.content || visibility !== post.visibility || now.tags.join() !== post.tags.join()
    const files = post.media.flatMap(({ id, altText }) => {
      const said = described(words[id] ?? altText ?? '')
      return said === (altText ?? '') ? [] : [{ id, altText: said || null }]
    })
    mutate({ post: isNew ? now : null, files }, { onSuccess: close })
  }
  return (
    <Dialog title="Edit the post" onClose={close} isChanged={JSON.stringify(draft) !== JSON.stringify(beginning)} wide>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <AreaField label="Text" value={content} required maxLength={5000} error={of('content')} onChange={(event) => set({ content: event.target.value })} />
        <TextField label="Tags" value={tags} error={of('tags')} className="font-script" onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()} onChange={(event) => set({ tags: event.target.value })} />
        <SelectField label="Who may see it" value={visibility} hint={visibilities[visibility].who} onChange={(event) => set({ visibility: event.target.value as Visibility })}>
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
              <FileWords key={file.id} file={file} media={post.media} words={words[file.id] ?? file.altText ?? ''} onChange={(said) => set({ words: { ...words, [file.id]: said } })} />
            ))}
          </fieldset>
        )}
        <FormError>{whole}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
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

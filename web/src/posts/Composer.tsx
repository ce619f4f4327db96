import { lazy, Suspense, useId, useRef, useState, type DragEvent } from 'react'
import { Paperclip, Send } from 'lucide-react'
import { useAccount } from '@/session/SessionContext'
import type { Visibility } from '@/api/types'
import { load } from '@/lib/chunk'
import { useDraft } from '@/lib/drafts'
import { objectionToTags, tagsOf } from '@/lib/words'
import { outbox } from '@/outbox/instance'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { cx } from '@/ui/cx'
import { add, release } from '@/upload/uploads'
import { useUploads } from '@/upload/useUploads'
import { visibilities } from './visibility'

const UploadList = lazy(() => load(() => import('@/upload/UploadList')))

export interface Draft {
  content: string
  tags: string
  visibility: Visibility
}

const LONGEST = 5000
const MOST_FILES = 10

/** Writes a post. What is typed survives a reload, what is sent survives a server that is away. */
export function Composer({ open: alwaysOpen = false, onSent }: { open?: boolean; onSent?: () => void }) {
  const account = useAccount()
  const purpose = `post.${account.id}`
  const [draft, setDraft, clear] = useDraft<Draft>(purpose, { content: '', tags: '', visibility: 'public' })
  const uploads = useUploads(account.id, purpose)
  const [touched, setTouched] = useState(false)
  const [over, setOver] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const id = useId()

  const open = alwaysOpen || touched || draft.content !== '' || uploads.length > 0
  const length = Array.from(draft.content.trim()).length
  const unfinished = uploads.some((upload) => upload.state !== 'ready')
  const wrongTag = objectionToTags(tagsOf(draft.tags))
  const ready = length > 0 && length <= LONGEST && !unfinished && wrongTag === null

  const take = (files: Iterable<File>) => {
    const room = MOST_FILES - uploads.length
    const chosen = [...files]
    if (chosen.length > room) toast.bad(`A post takes ${MOST_FILES} files`)
    for (const file of chosen.slice(0, Math.max(room, 0))) {
      const wrong = add(file, account.id, purpose)
      if (wrong) toast.bad(wrong)
    }
  }
  const send = () => {
    if (!ready) return
    const body = {
      content: draft.content.trim(),
      visibility: draft.visibility,
      tags: tagsOf(draft.tags),
      mediaIds: uploads.flatMap((upload) => (upload.mediaId ? [upload.mediaId] : [])),
    }
    outbox.put('post', '/posts', body, release(purpose))
    clear()
    setTouched(false)
    onSent?.()
  }
  const dragging = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(event.type !== 'drop' && event.type !== 'dragleave')
    if (event.type === 'drop') take(event.dataTransfer.files)
  }

  return (
    // Dropping files is one way; the button below does the same with the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      aria-label="New post"
      className={cx('relative px-4 py-4 transition-colors sm:px-6 sm:py-5', over && 'bg-marker-soft')}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onDragEnter={dragging}
      onDragOver={dragging}
      onDragLeave={dragging}
      onDrop={dragging}
    >
      <div className="flex gap-3">
        <Avatar name={account.displayName} url={account.avatarUrl} className="max-xs:hidden" />
        <div className="min-w-0 flex-1">
          <label htmlFor={`${id}-text`} className="sr-only">
            What are you working on?
          </label>
          <textarea
            id={`${id}-text`}
            data-arrive={alwaysOpen || undefined}
            value={draft.content}
            placeholder={`What are you working on, ${account.displayName.split(' ')[0] ?? ''}?`}
            rows={open ? 3 : 1}
            aria-describedby={`${id}-count`}
            className="field-sizing-content -mx-2 max-h-[50vh] w-[calc(100%+1rem)] resize-none rounded-lg bg-transparent px-2 py-2 text-[1.0625rem] placeholder:text-ink-3 focus-visible:outline-offset-0"
            onFocus={() => setTouched(true)}
            onChange={(event) => setDraft({ ...draft, content: event.target.value })}
            onPaste={(event) => {
              if (event.clipboardData.files.length > 0) {
                event.preventDefault()
                take(event.clipboardData.files)
              }
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
            }}
          />
          {open && (
            <div className="animate-fade">
              {uploads.length > 0 && (
                <Suspense fallback={null}>
                  <UploadList uploads={uploads} />
                </Suspense>
              )}
              <div className="mt-3 grid gap-2 sm:grid-cols-[1fr_auto]">
                <div>
                  <label htmlFor={`${id}-tags`} className="sr-only">
                    Tags
                  </label>
                  <input
                    id={`${id}-tags`}
                    value={draft.tags}
                    placeholder="Tags: voice, narration"
                    autoCapitalize="none"
                    aria-invalid={wrongTag !== null}
                    aria-describedby={wrongTag === null ? undefined : `${id}-wrong`}
                    className="min-h-10 w-full rounded-lg border border-line bg-transparent px-3 font-script text-[0.9375rem] placeholder:text-ink-3 hover:border-line-strong"
                    onChange={(event) => setDraft({ ...draft, tags: event.target.value })}
                    onKeyDown={(event) => {
                      // Between two tags, not at the end of the post.
                      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) event.preventDefault()
                    }}
                  />
                  {wrongTag !== null && (
                    <p id={`${id}-wrong`} role="alert" className="mt-1 text-sm font-medium text-danger">
                      {wrongTag}
                    </p>
                  )}
                </div>
                <div>
                  <label htmlFor={`${id}-who`} className="sr-only">
                    Who may see it
                  </label>
                  <select
                    id={`${id}-who`}
                    value={draft.visibility}
                    className="min-h-10 w-full rounded-lg border border-line bg-surface px-3 text-[0.9375rem] hover:border-line-strong"
                    onChange={(event) => setDraft({ ...draft, visibility: event.target.value as Visibility })}
                  >
                    {Object.entries(visibilities).map(([value, { label }]) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                  </select>
                </div>
              </div>
              <div className="mt-3 flex flex-wrap items-center gap-2">
                <Button look="quiet" size="small" className="-ml-3" onClick={() => chooser.current?.click()}>
                  <Paperclip aria-hidden="true" className="size-4.5" />
                  Add files
                </Button>
                <span className="text-sm text-ink-3 max-md:hidden">or drop them here</span>
                <input
                  ref={chooser}
                  type="file"
                  multiple
                  hidden
                  aria-label="Files to attach"
                  accept="image/png,image/jpeg,image/webp,image/gif,audio/*,video/*,application/pdf"
                  onChange={(event) => {
                    take(event.target.files ?? [])
                    event.target.value = ''
                  }}
                />
                <p id={`${id}-count`} className={cx('ml-auto text-sm tabular-nums', length > LONGEST ? 'font-semibold text-danger' : 'text-ink-3')}>
                  {length > LONGEST - 500 ? `${LONGEST - length} left` : length === 0 && uploads.length > 0 ? 'A few words belong to it' : ''}
                </p>
                <Button type="submit" size="small" disabled={!ready} title="Ctrl + Enter">
                  <Send aria-hidden="true" className="size-4" />
                  Post
                </Button>
              </div>
            </div>
          )}
        </div>
      </div>
      {over && (
        <div aria-hidden="true" className="pointer-events-none absolute inset-2 grid place-items-center rounded-xl border-2 border-dashed border-ink bg-marker-soft/85 font-display text-xl font-bold">
          Drop them here
        </div>
      )}
    </form>
  )
}

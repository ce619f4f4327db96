import { useEffect, useId, useRef } from 'react'
import { useAccount } from '@/session/SessionContext'
import { useDraft } from '@/lib/drafts'
import { outbox } from '@/outbox/instance'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { LONGEST_COMMENT } from './threads'

interface Props {
  postId: string
  parentId?: string
  label: string
  takesFocus?: boolean
  onDone?: () => void
}

export function CommentForm({ postId, parentId, label, takesFocus = false, onDone }: Props) {
  const account = useAccount()
  const [content, setContent, clear] = useDraft(`comment.${account.id}.${parentId ?? postId}`, '')
  const text = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const length = Array.from(content.trim()).length
  useEffect(() => {
    if (takesFocus) text.current?.focus()
  }, [takesFocus])
  const send = () => {
    if (length === 0 || length > LONGEST_COMMENT) return
    outbox.put('comment', `/posts/${postId}/comments`, { content: content.trim(), ...(parentId ? { parentId } : {}) })
    clear()
    onDone?.()
  }
  return (
    <form
      aria-label={label}
      className="flex items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Avatar name={account.displayName} url={account.avatarUrl} size={parentId ? 'xs' : 's'} className="mt-1" />
      <div className="min-w-0 flex-1 rounded-xl border border-line-strong bg-surface focus-within:border-link focus-within:shadow-[0_0_0_3px_color-mix(in_oklab,var(--link)_28%,transparent)]">
        <label htmlFor={id} className="sr-only">
          {label}
        </label>
        <textarea
          ref={text}
          id={id}
          rows={1}
          value={content}
          placeholder={label}
          className="field-sizing-content block max-h-72 min-h-11 w-full resize-none bg-transparent px-3.5 py-2.5 placeholder:text-ink-3 focus-visible:outline-none"
          onChange={(event) => setContent(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
            if (event.key === 'Escape' && onDone) onDone()
          }}
        />
        {(content !== '' || onDone) && (
          <div className="flex items-center justify-end gap-1 p-1.5 pt-0">
            {length > LONGEST_COMMENT - 200 && <span className={`mr-auto px-2 text-sm tabular-nums ${length > LONGEST_COMMENT ? 'font-semibold text-danger' : 'text-ink-3'}`}>{LONGEST_COMMENT - length} left</span>}
            {onDone && (
              <Button look="quiet" size="small" onClick={onDone}>
                Cancel
              </Button>
            )}
            <Button type="submit" size="small" disabled={length === 0 || length > LONGEST_COMMENT} title="Ctrl + Enter">
              {parentId ? 'Reply' : 'Comment'}
            </Button>
          </div>
        )}
      </div>
    </form>
  )
}

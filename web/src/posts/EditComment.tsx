import { useId, useLayoutEffect, useRef } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import type { Comment } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'
import { FormError } from '@/ui/Field'
import { changeComment } from './cache'
import { LONGEST_COMMENT } from './threads'

/** Other words for a comment of one's own, where it stands. They survive a reload, and Escape; Cancel forgets them. */
export function EditComment({ comment, onDone }: { comment: Comment; onDone: () => void }) {
  const account = useAccount()
  const [content, setContent, forget] = useDraft(`edit-comment.${account.id}.${comment.id}`, comment.content)
  const text = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const client = useQueryClient()
  const said = content.trim()
  const length = Array.from(said).length
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => answer(api.PATCH('/api/posts/{id}/comments/{commentId}', { params: { path: { id: comment.postId, commentId: comment.id } }, body: { content: said } })),
    onSuccess: (changed) => {
      changeComment(client, changed.comment)
      leave()
    },
  })
  const leave = () => {
    forget()
    onDone()
  }
  useLayoutEffect(() => {
    const { current: element } = text
    element?.focus()
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])
  const save = () => {
    if (length === 0 || length > LONGEST_COMMENT || isPending) return
    if (said === comment.content) leave()
    else mutate()
  }
  return (
    <form
      aria-label="Edit the comment"
      className="mt-1.5 grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <label htmlFor={id} className="sr-only">
        Your comment
      </label>
      <textarea
        ref={text}
        id={id}
        value={content}
        className="field-sizing-content block max-h-72 min-h-11 w-full resize-none rounded-xl border border-line-strong bg-surface px-3.5 py-2.5 focus-visible:border-link focus-visible:shadow-[0_0_0_3px_color-mix(in_oklab,var(--link)_28%,transparent)] focus-visible:outline-none"
        onChange={(event) => setContent(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
          if (event.key === 'Escape') onDone()
        }}
      />
      <FormError>{error ? inWords(error) : null}</FormError>
      <div className="flex items-center justify-end gap-1">
        {length > LONGEST_COMMENT - 200 && <span className={`mr-auto text-sm tabular-nums ${length > LONGEST_COMMENT ? 'font-semibold text-danger' : 'text-ink-3'}`}>{LONGEST_COMMENT - length} left</span>}
        <Button look="quiet" size="small" onClick={leave}>
          Cancel
        </Button>
        <Button type="submit" size="small" busy={isPending} disabled={length === 0 || length > LONGEST_COMMENT}>
          Save
        </Button>
      </div>
    </form>
  )
}

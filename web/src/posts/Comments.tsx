import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, Reply, Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import type { Comment, Post } from '@/api/types'
import { useOutbox } from '@/outbox/useOutbox'
import { Waiting } from '@/outbox/Waiting'
import { useSession } from '@/session/SessionContext'
import { Avatar } from '@/ui/Avatar'
import { Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Endless } from '@/ui/Endless'
import { toast } from '@/ui/toast'
import { changePost, postKeys } from './cache'
import { CommentForm } from './CommentForm'
import { EditComment } from './EditComment'
import { useComments } from './hooks'
import { threads, type Thread } from './threads'
import { Words } from './Words'

/** Below a post and a form, that is what is in sight. */
const AT_FIRST = 1

export function Comments({ post }: { post: Post }) {
  const { account } = useSession()
  const query = useComments(post.id)
  const comments = query.data?.pages.flatMap((page) => page.comments) ?? []
  const all = threads(comments)
  const waiting = useOutbox().filter((entry) => entry.kind === 'comment' && entry.path.includes(post.id))
  return (
    <section aria-labelledby="comments" className="border-t border-line">
      <div className="px-4 pt-5 pb-4 sm:px-6">
        <h2 id="comments" className="mb-4 text-xl">
          {post.commentCount === 0 ? 'Comments' : post.commentCount === 1 ? '1 comment' : `${post.commentCount} comments`}
        </h2>
        {account ? (
          <CommentForm postId={post.id} label="Write a comment" />
        ) : (
          <p className="text-ink-2">
            <Link to={`/login?next=${encodeURIComponent(`/post/${post.id}`)}`} className="link">
              Log in
            </Link>{' '}
            to comment.
          </p>
        )}
      </div>
      {waiting.map((entry) => (
        <Waiting key={entry.id} entry={entry} />
      ))}
      <Endless
        query={query}
        what="comments"
        count={all.length}
        atFirst={AT_FIRST}
        isEmpty={comments.length === 0}
        empty={<p className="px-6 pt-2 pb-10 text-center text-ink-3">Nobody has said anything yet.</p>}
        skeleton={
          <div className="grid gap-6 px-4 py-4 sm:px-6">
            {[1, 2, 3].map((one) => (
              <div key={one} className="flex gap-3">
                <Skeleton className="size-10 rounded-full" />
                <div className="grid flex-1 content-start gap-2">
                  <Skeleton className="h-4 w-32" />
                  <Skeleton className="h-4 w-3/4" />
                </div>
              </div>
            ))}
          </div>
        }
      >
        {(shown) => (
          <ul role="list" className="px-4 sm:px-6">
            {all.slice(0, shown).map((thread) => (
              <OneThread key={thread.comment.id} post={post} thread={thread} />
            ))}
          </ul>
        )}
      </Endless>
    </section>
  )
}

function OneThread({ post, thread }: { post: Post; thread: Thread }) {
  const [answering, setAnswering] = useState(false)
  return (
    <li className="py-3">
      <OneComment post={post} comment={thread.comment} onAnswer={() => setAnswering(true)} />
      {(thread.answers.length > 0 || answering) && (
        <ul role="list" aria-label={`Answers to ${thread.comment.author.displayName}`} className="mt-1 ml-5 grid gap-1 border-l-2 border-line pl-4 sm:pl-6">
          {thread.answers.map((comment) => (
            <li key={comment.id} className="pt-3">
              <OneComment post={post} comment={comment} small onAnswer={() => setAnswering(true)} />
            </li>
          ))}
          {answering && (
            <li className="pt-3">
              <CommentForm postId={post.id} parentId={thread.comment.id} label={`Answer ${thread.comment.author.displayName}`} takesFocus onDone={() => setAnswering(false)} />
            </li>
          )}
        </ul>
      )}
    </li>
  )
}

interface OneProps {
  post: Post
  comment: Comment
  small?: boolean
  onAnswer: () => void
}

function OneComment({ post, comment, small = false, onAnswer }: OneProps) {
  const { account } = useSession()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const { author } = comment
  const { mutate: remove, isPending } = useMutation({
    mutationFn: () => answer(api.DELETE('/api/posts/{id}/comments/{commentId}', { params: { path: { id: post.id, commentId: comment.id } } })),
    onSuccess: async () => {
      setAsked(false)
      await client.invalidateQueries({ queryKey: postKeys.comments(post.id) })
      const fresh = await client.fetchQuery({ queryKey: postKeys.one(post.id), queryFn: () => answer(api.GET('/api/posts/{id}', { params: { path: { id: post.id } } })), staleTime: 0 })
      changePost(client, post.id, () => fresh)
    },
    onError: (error) => toast.bad(inWords(error)),
  })
  const edited = () => {
    flushSync(() => setEditing(false))
    edit.current?.focus()
  }
  const mayRemove = account && (account.id === author.id || account.id === post.authorId)
  return (
    <article id={comment.id} tabIndex={-1} aria-label={`Comment by ${author.displayName}`} className="flex scroll-mt-20 gap-3">
      <Avatar name={author.displayName} url={author.avatarUrl} size={small ? 'xs' : 's'} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 leading-snug">
          <Link to={`/u/${author.username}`} className="font-semibold hover:underline">
            {author.displayName}
          </Link>
          {author.id === post.authorId && <span className="rounded bg-sunken px-1.5 font-script text-xs text-ink-2">author</span>}
          <Time at={comment.createdAt} className="text-sm text-ink-3" />
          {comment.editedAt && <span className="text-sm text-ink-3">edited</span>}
        </p>
        {editing && account ? (
          <EditComment comment={comment} onDone={edited} />
        ) : (
          <p className="mt-0.5 max-w-[65ch] whitespace-pre-wrap">
            <Words text={comment.content} />
          </p>
        )}
        {account && !editing && (
          <div className="-ml-3 flex flex-wrap">
            <Button look="quiet" size="small" className="font-medium" onClick={onAnswer}>
              <Reply aria-hidden="true" className="size-4" />
              Reply
              <span className="sr-only"> to {author.displayName}</span>
            </Button>
            {account.id === author.id && (
              <Button ref={edit} look="quiet" size="small" className="font-medium" onClick={() => setEditing(true)}>
                <Pencil aria-hidden="true" className="size-4" />
                Edit
                <span className="sr-only"> your comment</span>
              </Button>
            )}
            {mayRemove && (
              <Button look="quiet" size="small" className="font-medium" onClick={() => setAsked(true)}>
                <Trash2 aria-hidden="true" className="size-4" />
                Delete
                <span className="sr-only"> the comment by {author.displayName}</span>
              </Button>
            )}
          </div>
        )}
      </div>
      {asked && (
        <Confirm title="Delete this comment?" action="Delete" busy={isPending} onClose={() => setAsked(false)} onConfirm={() => remove()}>
          It goes with the answers to it.
        </Confirm>
      )}
    </article>
  )
}

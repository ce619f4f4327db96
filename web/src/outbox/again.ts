/** Puts what was refused back to where it is written, with its files, and leads there. */
import type { Visibility } from '@/api/types'
import { load } from '@/lib/chunk'
import { putBack } from '@/lib/drafts'
import type { Draft } from '@/posts/Composer'
import type { Entry } from './outbox'

const ever: Visibility[] = ['public', 'followers', 'connections', 'private']

/** Two texts become one: whoever may not see one of them may not see it. */
const narrower = (one: Visibility, other: Visibility) => (ever.indexOf(one) > ever.indexOf(other) ? one : other)

export async function writeAgain({ account, kind, path, body, files }: Entry): Promise<void> {
  // All that it takes first: what is put back once is not put back a second time.
  const uploads = files && (await load(() => import('@/upload/uploads'), false))
  const words = typeof body['content'] === 'string' ? body['content'] : ''
  // What stands there already stays.
  const joined = (before: string | undefined) => [before, words].filter(Boolean).join('\n\n')
  if (kind === 'post') {
    const visibility = body['visibility'] as Visibility
    putBack<Draft>(`post.${account}`, (before) => ({
      content: joined(before?.content),
      tags: [before?.tags, ((body['tags'] ?? []) as string[]).join(', ')].filter(Boolean).join(', '),
      visibility: before ? narrower(before.visibility, visibility) : visibility,
    }))
    uploads?.attach(files ?? [])
  } else {
    // Also of an answer: what it answered is the most likely reason why it was refused.
    putBack<string>(`comment.${account}.${path.split('/')[2] ?? ''}`, (before) => joined(before ?? undefined))
  }
  document.querySelector<HTMLElement>(`form[aria-label="${kind === 'post' ? 'New post' : 'Write a comment'}"] textarea`)?.focus()
}

/** Puts what was refused back to where it is written, with its files, and leads there. */
import { putBack } from '@/lib/drafts'
import type { Draft } from '@/posts/Composer'
import type { Entry } from './outbox'

export async function writeAgain({ account, kind, path, body, files }: Entry): Promise<void> {
  const words = typeof body['content'] === 'string' ? body['content'] : ''
  // What stands there already stays.
  const joined = (before: string | undefined) => [before, words].filter(Boolean).join('\n\n')
  if (kind === 'post') {
    putBack<Draft>(`post.${account}`, (before) => ({
      content: joined(before?.content),
      tags: [before?.tags, ((body['tags'] ?? []) as string[]).join(', ')].filter(Boolean).join(', '),
      visibility: body['visibility'] as Draft['visibility'],
    }))
    if (files) (await import('@/upload/uploads')).attach(files)
  } else {
    // Also of an answer: what it answered is the most likely reason why it was refused.
    putBack<string>(`comment.${account}.${path.split('/')[2] ?? ''}`, (before) => joined(before ?? undefined))
  }
  document.querySelector<HTMLElement>(`form[aria-label="${kind === 'post' ? 'New post' : 'Write a comment'}"] textarea`)?.focus()
}

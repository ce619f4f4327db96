import type { Comment } from '@/api/types'

/** In characters. */
export const LONGEST_COMMENT = 2000

export interface Thread {
  comment: Comment
  answers: Comment[]
}

/** Comments and their answers, two levels, in the order in which they were written. */
export function threads(comments: Comment[]): Thread[] {
  const made = new Map<string, Thread>()
  const inOrder: Thread[] = []
  const seen = new Set<string>()
  for (const comment of comments) {
    // One's own was put at the end of what is shown, and comes again with a page that is fetched later.
    if (seen.has(comment.id)) continue
    seen.add(comment.id)
    const parent = comment.parentId ? made.get(comment.parentId) : undefined
    if (parent) {
      parent.answers.push(comment)
    } else {
      // Also an answer whose comment is not there: better shown alone than not at all.
      const thread = { comment, answers: [] }
      made.set(comment.id, thread)
      inOrder.push(thread)
    }
  }
  return inOrder
}

import { send } from '@/api/client'
import type { Comment, OwnFile, Post } from '@/api/types'
import { isReachable, onReachability } from '@/lib/connection'
import { client } from '@/queries'
import { commentWasWritten, fileWasDescribed, postWasWritten } from '@/posts/cache'
import { toast } from '@/ui/toast'
import { Outbox, type Kind } from './outbox'

const names: Record<Kind, string> = { post: 'Your post', comment: 'Your comment', description: 'Your description' }

/** The one outbox of this page. */
export const outbox = new Outbox(
  (entry) => send(entry.kind === 'description' ? 'PATCH' : 'POST', entry.path, entry.body, { 'Idempotency-Key': entry.key }),
  (entry, answer) => {
    if (entry.kind === 'post') {
      postWasWritten(client, (answer as { post: Post }).post)
      toast.ok('Published')
    } else if (entry.kind === 'description') {
      fileWasDescribed(client, (answer as { media: OwnFile }).media)
    } else {
      commentWasWritten(client, (answer as { comment: Comment }).comment)
    }
  },
  (entry) => {
    toast.bad(`${names[entry.kind]} was not taken: ${entry.message ?? ''}`)
    // It is shown nowhere, as posts and comments are: most likely its file is gone.
    if (entry.kind === 'description') outbox.discard(entry.id)
  },
)

onReachability(() => {
  if (isReachable()) outbox.sendAll()
})

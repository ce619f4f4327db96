import { send } from '@/api/client'
import type { Comment, Post } from '@/api/types'
import { isReachable, onReachability } from '@/lib/connection'
import { client } from '@/queries'
import { commentWasWritten, postWasWritten } from '@/posts/cache'
import { toast } from '@/ui/toast'
import { Outbox } from './outbox'

/** The one outbox of this page. */
export const outbox = new Outbox(
  (entry) => send('POST', entry.path, entry.body, { 'Idempotency-Key': entry.key }),
  (entry, answer) => {
    if (entry.kind === 'post') {
      postWasWritten(client, (answer as { post: Post }).post)
      toast.ok('Published')
    } else {
      commentWasWritten(client, (answer as { comment: Comment }).comment)
    }
  },
  (entry) => toast.bad(`${entry.kind === 'post' ? 'Your post' : 'Your comment'} was not taken: ${entry.message ?? ''}`),
)

onReachability(() => {
  if (isReachable()) outbox.sendAll()
})

import { useState } from 'react'
import type { Post } from '@/api/types'
import { counted } from '@/lib/words'
import { later } from '@/ui/later'

const ReactedDialog = later(() => import('./ReactedDialog'))

/** How many reacted to a post, and behind it who they are. */
export function Reacted({ post }: { post: Post }) {
  const [open, setOpen] = useState(false)
  const count = Object.values(post.reactionCounts).reduce((sum, one) => sum + one, 0)
  if (count === 0) return null
  return (
    <>
      <button type="button" className="inline-flex h-9 items-center rounded-md text-sm text-ink-2 tabular-nums hover:text-ink hover:underline" onClick={() => setOpen(true)}>
        {counted(count, 'reaction')}
      </button>
      {open && <ReactedDialog postId={post.id} onClose={() => setOpen(false)} />}
    </>
  )
}

import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { Heart, Lightbulb, ThumbsUp } from 'lucide-react'
import type { Post, ReactionType } from '@/api/types'
import { short } from '@/lib/words'
import { useSession } from '@/session/SessionContext'
import { cx } from '@/ui/cx'
import { useReact } from './hooks'
import { reactionLabels } from './reactionLabels'

const kinds: { type: ReactionType; sign: ReactNode }[] = [
  { type: 'applause', sign: <Applause /> },
  { type: 'like', sign: <ThumbsUp className="size-4.5" /> },
  { type: 'love', sign: <Heart className="size-4.5" /> },
  { type: 'insight', sign: <Lightbulb className="size-4.5" /> },
]

/** Two hands and the sound they make. */
function Applause() {
  return (
    <svg viewBox="0 0 24 24" className="size-4.5" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      <g transform="translate(1.2 5.4) rotate(-14 11 10) scale(.78)">
        <path d="M18 11V6a2 2 0 0 0-4 0" />
        <path d="M14 10V4a2 2 0 0 0-4 0v2" />
        <path d="M10 10.5V6a2 2 0 0 0-4 0v8" />
        <path d="M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.34l-3.6-3.6a2 2 0 0 1 2.830-2.820L7 15" />
      </g>
      <path d="M17.5 4.5 19 2M20.5 6.5 23 5.5M14 3.5 14 1" />
    </svg>
  )
}

/** One reaction a person; another takes its place, the same again takes it back. */
export function Reactions({ post }: { post: Post }) {
  const { account } = useSession()
  const navigate = useNavigate()
  const { mutate } = useReact(post)
  return (
    <div role="group" aria-label="Reactions" className="-ml-2 flex items-center">
      {kinds.map(({ type, sign }) => {
        const label = reactionLabels[type]
        const mine = post.myReaction === type
        const count = post.reactionCounts[type]
        return (
          <button
            key={type}
            type="button"
            aria-pressed={mine}
            aria-label={`${label}${count > 0 ? `, ${count}` : ''}`}
            title={label}
            onClick={() => {
              if (account) mutate(mine ? null : type)
              else void navigate(`/login?next=${encodeURIComponent(`/post/${post.id}`)}`)
            }}
            className={cx(
              'inline-flex h-9 items-center gap-1.5 rounded-full px-2 text-sm tabular-nums transition-colors',
              mine ? 'bg-marker font-semibold text-on-marker' : 'text-ink-2 hover:bg-sunken hover:text-ink',
            )}
          >
            <span key={String(mine)} aria-hidden="true" className={cx('grid place-items-center', mine && 'animate-pop [&_svg]:fill-current/25')}>
              {sign}
            </span>
            {count > 0 && <span aria-hidden="true">{short(count)}</span>}
          </button>
        )
      })}
    </div>
  )
}

import { Link } from 'react-router'
import type { FoundCredit, FoundPost, Person } from '@/api/types'
import { PersonRow } from '@/people/PersonRow'
import { counted } from '@/lib/words'
import { Excerpt } from '@/posts/Words'
import { Avatar } from '@/ui/Avatar'
import { Time } from '@/ui/bits'

export function PeopleResults({ people }: { people: Person[] }) {
  return (
    <ul role="list" className="divide-y divide-line">
      {people.map((person) => (
        <li key={person.id}>
          <PersonRow {...person} detail={person.title} />
        </li>
      ))}
    </ul>
  )
}

export function PostResults({ posts }: { posts: FoundPost[] }) {
  return (
    <ul role="list" className="divide-y divide-line">
      {posts.map((post) => {
        const name = post.author.displayName ?? 'Somebody'
        return (
          <li key={post.id} className="relative px-4 py-4 hover:bg-sunken/60 sm:px-6">
            <p className="flex items-center gap-2 text-sm text-ink-3">
              <Avatar name={name} url={post.author.avatarUrl} size="xs" />
              <span className="font-semibold text-ink">{name}</span>
              <span aria-hidden="true">·</span>
              <Time at={post.createdAt} />
            </p>
            <p className="mt-1.5 max-w-[68ch]">
              <Link to={`/post/${post.id}`} className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-link focus-visible:after:-outline-offset-2">
                <Excerpt html={post.excerpt} />
              </Link>
            </p>
            <Given post={post} />
            {post.tags.length > 0 && <p className="mt-1 font-script text-sm text-ink-3">{post.tags.map((tag) => `#${tag}`).join(' ')}</p>}
          </li>
        )
      })}
    </ul>
  )
}

/** What a found post was given, in words; nothing of one that was given nothing. */
function Given({ post }: { post: FoundPost }) {
  const reactions = Object.values(post.reactionCounts).reduce((sum, count) => sum + count, 0)
  const reacted = reactions > 0 && `${counted(reactions, 'reaction')}${post.myReaction ? ', yours among them' : ''}`
  const given = [reacted, post.commentCount > 0 && counted(post.commentCount, 'comment')].filter(Boolean)
  return given.length > 0 && <p className="mt-1 text-sm text-ink-3">{given.join(' · ')}</p>
}

export function CreditResults({ credits }: { credits: FoundCredit[] }) {
  return (
    <ul role="list" className="divide-y divide-line">
      {credits.map((credit) => (
        <li key={credit.id} className="px-4 py-4 sm:px-6">
          <p className="font-display text-lg leading-snug font-bold">{[credit.role, credit.title].filter(Boolean).join(', ')}</p>
          <p className="font-script text-[0.9375rem] text-ink-2">{[credit.company, credit.year].filter(Boolean).join(', ')}</p>
          {credit.user.username && (
            <p className="mt-1.5">
              <Link to={`/u/${credit.user.username}?tab=credits`} className="inline-flex items-center gap-2 text-[0.9375rem] hover:underline">
                <Avatar name={credit.user.displayName ?? ''} url={credit.user.avatarUrl} size="xs" />
                {credit.user.displayName}
              </Link>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

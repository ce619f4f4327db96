import { Link } from 'react-router'
import { counted } from '@/lib/words'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { useRelate, useRelationship, useSuggestions } from './hooks'
import type { Suggestion } from '@/api/types'

/** A few people whom one might know, beside the page. Nothing when there are none. */
export function SuggestionsBox() {
  const { data } = useSuggestions()
  if (!data || data.length === 0) return null
  return (
    <section aria-labelledby="meet" className="card p-4">
      <h2 id="meet" className="text-lg">
        People to meet
      </h2>
      <ul role="list" className="mt-3 grid gap-3">
        {data.slice(0, 4).map((person) => (
          <li key={person.id} className="flex items-center gap-3">
            <Avatar name={person.displayName} url={person.avatarUrl} />
            <div className="min-w-0 flex-1 leading-tight">
              <Link to={`/u/${person.username}`} className="block truncate text-[0.9375rem] font-semibold hover:underline">
                {person.displayName}
              </Link>
              <p className="truncate text-sm text-ink-3">{shared(person)}</p>
            </div>
            <FollowButton id={person.id} name={person.displayName} />
          </li>
        ))}
      </ul>
    </section>
  )
}

export function shared(person: Suggestion): string {
  return person.sharedCount > 0 ? counted(person.sharedCount, 'shared connection') : `@${person.username}`
}

export function FollowButton({ id, name }: { id: string; name: string }) {
  const { mutate, isPending, variables } = useRelate(id, name)
  const { data: relationship } = useRelationship(id, true)
  const follows = isPending ? variables === 'follow' : relationship?.following === true
  return (
    <Button look="plain" size="small" aria-pressed={follows} aria-label={`${follows ? 'Following' : 'Follow'} ${name}`} onClick={() => mutate(follows ? 'unfollow' : 'follow')}>
      {follows ? 'Following' : 'Follow'}
    </Button>
  )
}

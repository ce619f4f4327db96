import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { FollowButton } from '@/people/Suggestions'
import { useExplore } from '@/posts/hooks'
import { Loading } from '@/ui/bits'
import { Trouble } from '@/ui/Endless'
import { Scene } from './Scene'

/** A few people to follow. */
export default function FirstPeople({ own, onBack, onNext, busy }: { own: string; onBack: () => void; onNext: () => void; busy: boolean }) {
  const { data, isPending, error, refetch } = useExplore(null)
  const authors = new Map(data?.pages.flatMap((page) => page.posts).map((post) => [post.author.id, post.author]))
  authors.delete(own)
  const isEmpty = data !== undefined && authors.size === 0
  const lead = isEmpty ? 'Nobody has posted yet: you are early. Your home fills as others come, and what you post is what they find.' : 'These people posted lately. What they post from now on comes to your home when you follow them.'
  return (
    <Scene title="Take your seat" lead={lead} onBack={onBack} onNext={onNext} next="Go to your home" busy={busy}>
      {error && !data && <Trouble error={error} again={() => void refetch()} />}
      {isPending && (
        <Loading what="people">
          <PersonSkeletons count={3} />
        </Loading>
      )}
      <ul role="list" className="-mx-5 divide-y divide-line border-line not-empty:border-y sm:-mx-8">
        {[...authors.values()].slice(0, 6).map((author) => (
          <li key={author.id}>
            <PersonRow {...author}>
              <FollowButton id={author.id} name={author.displayName} />
            </PersonRow>
          </li>
        ))}
      </ul>
    </Scene>
  )
}

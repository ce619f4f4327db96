import { useEffect } from 'react'
import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { FollowButton } from '@/people/Suggestions'
import { useExplore } from '@/posts/hooks'
import { Loading } from '@/ui/bits'
import { Trouble } from '@/ui/Endless'
import { Scene } from './Scene'

const WANTED = 6
/** So many pages of posts are looked through for them: somebody may have posted all of the latest ones. */
const FARTHEST = 5

/** A few people to follow. */
export default function FirstPeople({ own, onBack, onNext, busy }: { own: string; onBack: () => void; onNext: () => void; busy: boolean }) {
  const { data, isPending, error, refetch, hasNextPage, isFetchNextPageError, isFetchingNextPage, fetchNextPage } = useExplore(null)
  const authors = new Map(data?.pages.flatMap((page) => page.posts).map((post) => [post.author.id, post.author]))
  authors.delete(own)
  const pages = data?.pages.length ?? 0
  const isLooking = authors.size < WANTED && hasNextPage && !isFetchNextPageError && pages < FARTHEST
  useEffect(() => {
    if (isLooking && !isFetchingNextPage) void fetchNextPage()
  }, [isLooking, isFetchingNextPage, pages, fetchNextPage])
  const isEmpty = data !== undefined && !isLooking && !error && authors.size === 0
  const lead = isEmpty ? 'Nobody has posted yet: you are early. Your home fills as others come, and what you post is what they find.' : 'These people posted lately. What they post from now on comes to your home when you follow them.'
  return (
    <Scene title="Take your seat" lead={lead} onBack={onBack} onNext={onNext} next="Go to your home" busy={busy}>
      {error && authors.size === 0 && <Trouble error={error} again={() => void refetch()} />}
      <ul role="list" className="-mx-5 divide-y divide-line border-line not-empty:border-y sm:-mx-8">
        {[...authors.values()].slice(0, WANTED).map((author) => (
          <li key={author.id}>
            <PersonRow {...author}>
              <FollowButton id={author.id} name={author.displayName} />
            </PersonRow>
          </li>
        ))}
      </ul>
      {(isPending || isLooking) && (
        <Loading what="people">
          <PersonSkeletons count={3} />
        </Loading>
      )}
    </Scene>
  )
}

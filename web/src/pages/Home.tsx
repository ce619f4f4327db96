import { lazy, Suspense } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useOutbox } from '@/outbox/useOutbox'
import { Waiting } from '@/outbox/Waiting'
import { postKeys } from '@/posts/cache'
import { Composer } from '@/posts/Composer'
import { useFeed } from '@/posts/hooks'
import { PostList } from '@/posts/PostList'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Slug } from '@/ui/bits'
import { ButtonLink, IconButton } from '@/ui/Button'
import { cx } from '@/ui/cx'
import { load } from '@/lib/chunk'

const Aside = lazy(() => load(() => import('./HomeAside')))
const Nudge = lazy(() => load(() => import('@/shell/ProfileNudge').then(({ ProfileNudge }) => ({ default: ProfileNudge }))))

export default function Home() {
  useTitle('Home')
  const client = useQueryClient()
  const feed = useFeed()
  const waiting = useOutbox().filter((entry) => entry.kind === 'post')
  const fresh = async () => {
    window.scrollTo({ top: 0, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth' })
    await client.resetQueries({ queryKey: postKeys.feed })
  }
  return (
    <Columns
      aside={
        <Suspense fallback={null}>
          <Aside />
        </Suspense>
      }
    >
      <header className="flex items-end justify-between px-4 pt-4 pb-3 sm:px-1 sm:pt-0 sm:pb-5">
        <div>
          <Slug place="The front row" />
          <h1 className="text-[1.75rem] sm:text-4xl">Home</h1>
        </div>
        <IconButton label="Load what is new" onClick={() => void fresh()}>
          <RotateCw aria-hidden="true" className={cx('size-5', feed.isFetching && !feed.isFetchingNextPage && 'animate-spin')} />
        </IconButton>
      </header>
      <Sheet>
        <Composer />
        {waiting.map((entry) => (
          <Waiting key={entry.id} entry={entry} />
        ))}
        <div className="border-t border-line">
          <h2 className="sr-only">Posts</h2>
          <PostList
            query={feed}
            empty={<Quiet />}
          />
        </div>
      </Sheet>
    </Columns>
  )
}

/** Nothing to read yet: where to go, and on a phone what one's own profile lacks; else that stands beside it. */
function Quiet() {
  return (
    <>
      <Empty
        title="It is quiet here"
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <ButtonLink to="/explore">See what everybody posts</ButtonLink>
            <ButtonLink to="/search" look="plain">
              Find people
            </ButtonLink>
          </div>
        }
      >
        Follow a few people, or write the first post: it shows up here for you and for whoever follows you.
      </Empty>
      <div className="px-4 pb-6 lg:hidden">
        <Suspense fallback={null}>
          <Nudge />
        </Suspense>
      </div>
    </>
  )
}

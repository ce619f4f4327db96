import type { ReactNode } from 'react'
import type { Post } from '@/api/types'
import { Skeleton } from '@/ui/bits'
import { Endless } from '@/ui/Endless'
import type { useExplore } from './hooks'
import { PostCard } from './PostCard'

interface Props {
  query: ReturnType<typeof useExplore>
  empty: ReactNode
}

/** What is in sight of a phone, or more. */
const AT_FIRST = 2

/** Posts, one below the other, on one sheet. */
export function PostList({ query, empty }: Props) {
  const posts: Post[] = query.data?.pages.flatMap((page) => page.posts) ?? []
  return (
    <Endless query={query} what="posts" count={posts.length} atFirst={AT_FIRST} skeleton={<PostSkeletons />} isEmpty={posts.length === 0} empty={empty}>
      {(shown) => (
        <ul role="list" className="divide-y divide-line">
          {posts.slice(0, shown).map((post, index) => (
            <li key={post.id}>
              <PostCard post={post} first={index < 2} />
            </li>
          ))}
        </ul>
      )}
    </Endless>
  )
}

export function PostSkeletons() {
  return (
    <div className="divide-y divide-line">
      {[3, 2, 4, 2].map((lines, index) => (
        <div key={index} className="px-4 py-5 sm:px-6">
          <div className="flex items-center gap-3">
            <Skeleton className="size-10 rounded-full" />
            <div className="grid gap-2">
              <Skeleton className="h-4 w-36" />
              <Skeleton className="h-3 w-48" />
            </div>
          </div>
          <div className="mt-4 grid gap-2.5 sm:ml-13">
            {Array.from({ length: lines }, (_, line) => (
              <Skeleton key={line} className={line === lines - 1 ? 'h-4 w-2/3' : 'h-4'} />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}

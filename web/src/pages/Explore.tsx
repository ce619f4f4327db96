import { Hash, X } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import { SuggestionsBox } from '@/people/Suggestions'
import { useExplore } from '@/posts/hooks'
import { PostList } from '@/posts/PostList'
import { useSession } from '@/session/SessionContext'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Slug } from '@/ui/bits'
import { ButtonLink } from '@/ui/Button'

/** What everybody may see, newest first. */
export default function Explore() {
  const [search] = useSearchParams()
  const tag = search.get('tag')
  useTitle(tag ? `#${tag}` : 'Explore')
  const query = useExplore(tag)
  const { account } = useSession()
  const posts = query.data?.pages.flatMap((page) => page.posts) ?? []
  const tags = frequent(posts.flatMap((post) => post.tags)).filter((other) => other !== tag)
  return (
    <Columns
      aside={
        <>
          {account && <SuggestionsBox />}
          {tags.length > 0 && (
            <section aria-labelledby="tags" className="card p-4">
              <h2 id="tags" className="text-lg">
                In these posts
              </h2>
              <ul role="list" className="mt-3 flex flex-wrap gap-1.5">
                {tags.slice(0, 14).map((one) => (
                  <li key={one}>
                    <Link to={`/explore?tag=${encodeURIComponent(one)}`} className="inline-block rounded-md bg-sunken px-2 py-1 font-script text-sm text-ink-2 hover:bg-marker hover:text-on-marker">
                      #{one}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      }
    >
      <header className="px-4 pt-4 pb-3 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place="Everywhere" />
        <h1 className="flex flex-wrap items-center gap-3 text-[1.75rem] sm:text-4xl">
          {tag ? (
            <>
              <span className="inline-flex items-center">
                <Hash aria-hidden="true" className="size-[0.85em]" strokeWidth={2.6} />
                {tag}
              </span>
              <Link to="/explore" aria-label="All posts" title="All posts" className="grid size-9 place-items-center rounded-full text-ink-3 hover:bg-sunken hover:text-ink">
                <X aria-hidden="true" className="size-5" />
              </Link>
            </>
          ) : (
            'Explore'
          )}
        </h1>
      </header>
      <Sheet>
        <PostList
          query={query}
          empty={
            <Empty title={tag ? 'Nobody has used this tag' : 'Nothing is published yet'} action={<ButtonLink to={account ? '/new' : '/signup'}>{account ? 'Write the first post' : 'Sign up and be the first'}</ButtonLink>}>
              {tag ? 'Write something with it, and this page is yours.' : 'What is posted for everybody shows up here.'}
            </Empty>
          }
        />
      </Sheet>
    </Columns>
  )
}

function frequent(tags: string[]): string[] {
  const counts = new Map<string, number>()
  for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([tag]) => tag)
}

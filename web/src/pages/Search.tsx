import { useState, type ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { PersonSkeletons } from '@/people/PersonRow'
import { PostSkeletons } from '@/posts/PostList'
import { useEverything, useFoundCredits, useFoundPeople, useFoundPosts } from '@/search/hooks'
import { CreditResults, PeopleResults, PostResults } from '@/search/Results'
import { SearchBox } from '@/search/SearchBox'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Loading, Slug } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless, Trouble } from '@/ui/Endless'
import { Panel, Tabs } from '@/ui/Tabs'

const spans = { '': 'Any time', '1': 'Past day', '7': 'Past week', '30': 'Past month', '365': 'Past year' }

export default function Search() {
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  useTitle(q ? `Search: ${q}` : 'Search')
  const set = (changes: Record<string, string>) =>
    setParams((now) => {
      const next = new URLSearchParams(now)
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(name)
        else next.set(name, value)
      }
      return next
    }, { preventScrollReset: true })
  const all = useEverything(q)
  const totals = all.data?.totals

  return (
    <Columns>
      <header className="px-4 pt-4 pb-4 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place="The archive" />
        <h1 className="mb-4 text-[1.75rem] sm:text-4xl">Search</h1>
        <SearchBox query={q} onSearch={(next) => set({ q: next })} />
      </header>
      {q === '' ? (
        <Empty title="Who or what are you looking for?">
          <p>Names, skills and titles of people, words of posts, and what people have worked on.</p>
          <p className="mt-2">
            <code className="whitespace-nowrap rounded bg-sunken px-1.5 py-0.5 font-script text-[0.9em]">“two words”</code> as they stand, <code className="whitespace-nowrap rounded bg-sunken px-1.5 py-0.5 font-script text-[0.9em]">-word</code> without it.
          </p>
        </Empty>
      ) : (
        <Sheet className="overflow-hidden">
          <Tabs
            param="type"
            label="What was found"
            tabs={[
              { value: 'all', label: 'All' },
              { value: 'people', label: 'People', count: totals?.users },
              { value: 'posts', label: 'Posts', count: totals?.posts },
              { value: 'credits', label: 'Credits', count: totals?.credits },
            ]}
          >
            <Panel value="all">
              {all.data ? (
                <>
                  {all.data.users.length > 0 && (
                    <Part title="People" total={all.data.totals.users} shown={all.data.users.length} more={() => set({ type: 'people' })}>
                      <PeopleResults people={all.data.users} />
                    </Part>
                  )}
                  {all.data.posts.length > 0 && (
                    <Part title="Posts" total={all.data.totals.posts} shown={all.data.posts.length} more={() => set({ type: 'posts' })}>
                      <PostResults posts={all.data.posts} />
                    </Part>
                  )}
                  {all.data.credits.length > 0 && (
                    <Part title="Credits" total={all.data.totals.credits} shown={all.data.credits.length} more={() => set({ type: 'credits' })}>
                      <CreditResults credits={all.data.credits} />
                    </Part>
                  )}
                  {all.data.users.length + all.data.posts.length + all.data.credits.length === 0 && <Nothing q={q} />}
                </>
              ) : all.isError ? (
                <Trouble error={all.error} again={() => void all.refetch()} />
              ) : (
                <Loading what="what was found">
                  <PersonSkeletons count={3} />
                  <PostSkeletons />
                </Loading>
              )}
            </Panel>
            <Panel value="people">
              <People q={q} />
            </Panel>
            <Panel value="posts">
              <Filters params={params} set={set} />
              <Posts key={params.get('since')} q={q} tag={params.get('tag') ?? ''} span={params.get('since') ?? ''} onClear={() => set({ tag: '', since: '' })} />
            </Panel>
            <Panel value="credits">
              <Credits q={q} />
            </Panel>
          </Tabs>
        </Sheet>
      )}
    </Columns>
  )
}

function Part({ title, total, shown, more, children }: { title: string; total: number; shown: number; more: () => void; children: ReactNode }) {
  return (
    <section className="border-b border-line last:border-b-0">
      <div className="flex items-center justify-between px-4 pt-5 pb-1 sm:px-6">
        <h2 className="text-lg">{title}</h2>
        {total > shown && (
          <Button look="quiet" size="small" onClick={more}>
            All {total}
            <span className="sr-only"> {title.toLowerCase()}</span>
          </Button>
        )}
      </div>
      {children}
    </section>
  )
}

function Nothing({ q }: { q: string }) {
  return <Empty title={`Nothing was found for “${q}”`}>Try fewer words, or another spelling. What others keep to themselves is not searched.</Empty>
}

function People({ q }: { q: string }) {
  const query = useFoundPeople(q)
  const people = query.data?.pages.flatMap((page) => page.users) ?? []
  return (
    <Endless query={query} what="people" skeleton={<PersonSkeletons />} isEmpty={people.length === 0} empty={<Nothing q={q} />}>
      <PeopleResults people={people} />
    </Endless>
  )
}

function Posts({ q, tag, span, onClear }: { q: string; tag: string; span: string; onClear: () => void }) {
  const [since] = useState(() => beginning(Number(span)))
  const query = useFoundPosts(q, tag, since)
  const posts = query.data?.pages.flatMap((page) => page.posts) ?? []
  const filtered = (
    <Empty
      title="No post passes the filters"
      action={
        <Button look="plain" onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      Without them there may be some for “{q}”.
    </Empty>
  )
  return (
    <Endless query={query} what="posts" skeleton={<PostSkeletons />} isEmpty={posts.length === 0} empty={tag || span ? filtered : <Nothing q={q} />}>
      <PostResults posts={posts} />
    </Endless>
  )
}

/** So many days ago. To ten minutes, so that whoever comes back to a page of results finds the same one. */
function beginning(days: number): string {
  if (!(days > 0)) return ''
  const step = 600_000
  return new Date(Math.floor((Date.now() - days * 86_400_000) / step) * step).toISOString()
}

function Credits({ q }: { q: string }) {
  const query = useFoundCredits(q)
  const credits = query.data?.pages.flatMap((page) => page.credits) ?? []
  return (
    <Endless query={query} what="credits" skeleton={<PersonSkeletons />} isEmpty={credits.length === 0} empty={<Nothing q={q} />}>
      <CreditResults credits={credits} />
    </Endless>
  )
}

function Filters({ params, set }: { params: URLSearchParams; set: (changes: Record<string, string>) => void }) {
  return (
    <div className="flex flex-wrap gap-3 border-b border-line px-4 py-3 sm:px-6">
      <label className="flex items-center gap-2 text-sm text-ink-2">
        When
        <select value={params.get('since') ?? ''} className="min-h-10 rounded-lg border border-line-strong bg-surface px-2 text-ink" onChange={(event) => set({ since: event.target.value })}>
          {Object.entries(spans).map(([days, label]) => (
            <option key={days} value={days}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <form
        className="flex items-center gap-2 text-sm text-ink-2"
        onSubmit={(event) => {
          event.preventDefault()
          const tag = new FormData(event.currentTarget).get('tag')
          set({ tag: typeof tag === 'string' ? tag.replace(/^#/, '').trim() : '' })
        }}
      >
        <label htmlFor="tag-filter">Tag</label>
        <input
          id="tag-filter"
          name="tag"
          defaultValue={params.get('tag') ?? ''}
          key={params.get('tag')}
          placeholder="any"
          autoCapitalize="none"
          className="min-h-10 w-32 rounded-lg border border-line-strong bg-surface px-2 font-script text-ink placeholder:text-ink-3"
        />
        <Button type="submit" look="plain" size="small">
          Filter
        </Button>
      </form>
    </div>
  )
}

import type { ReactNode } from 'react'
import { inWords } from '@/api/errors'
import { Button, Spinner } from './Button'
import { Loading } from './bits'
import { useNear } from './useNear'
import { useShown } from './useShown'

interface Query {
  data: { pages: unknown[] } | undefined
  isPending: boolean
  isError: boolean
  error: unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError: boolean
  fetchNextPage: () => unknown
  refetch: () => unknown
}

interface Going {
  query: Query
  /** Of a list that takes long to render: how many it has, and how many of them are in sight at first. */
  count?: number
  atFirst?: number
  /** It has looked far enough by itself; from here on somebody asks. */
  isPaused?: boolean
  children: ReactNode | ((shown: number) => ReactNode)
}

interface Props extends Going {
  what: string
  skeleton: ReactNode
  empty: ReactNode
  isEmpty: boolean
}

/** A list that goes on by itself, and by a button for whoever does not scroll. */
export function Endless({ what, skeleton, empty, isEmpty, ...going }: Props) {
  const { query } = going
  if (query.isPending) return <Loading what={what}>{skeleton}</Loading>
  if (query.isError && isEmpty) return <Trouble error={query.error} again={() => void query.refetch()} />
  if (isEmpty) return empty
  return <Going {...going} />
}

function Going({ query, count = 0, atFirst = count, isPaused = false, children }: Going) {
  const shown = useShown(count, atFirst)
  const pages = query.data?.pages.length ?? 0
  return (
    <>
      {typeof children === 'function' ? children(shown) : children}
      {/* Where the list ends; another one after each page: what was in sight here has made room for it, and has not moved. */}
      {shown === count && (query.hasNextPage || pages > 1) && <End key={pages} query={query} isPaused={isPaused} />}
    </>
  )
}

function End({ query, isPaused }: { query: Query; isPaused: boolean }) {
  const more = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
  }
  const mark = useNear(more, !isPaused && query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError)
  return (
    <div ref={mark} className="grid min-h-20 place-items-center py-6">
      {query.isFetchingNextPage ? (
        <Spinner className="text-2xl text-ink-3" />
      ) : query.isFetchNextPageError ? (
        <Trouble error={query.error} again={more} />
      ) : query.hasNextPage ? (
        <Button look="plain" size="small" onClick={more}>
          {isPaused ? 'Look further' : 'Show more'}
        </Button>
      ) : (
        <p className="slug">The end</p>
      )}
    </div>
  )
}

/** Something could not be loaded, and can be tried again. */
export function Trouble({ error, again }: { error: unknown; again: () => void }) {
  return (
    <div role="alert" className="grid justify-items-center gap-4 px-6 py-12 text-center">
      <p className="max-w-md text-ink-2">{inWords(error)}</p>
      <Button look="plain" size="small" onClick={again}>
        Try again
      </Button>
    </div>
  )
}

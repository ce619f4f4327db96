import { useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Eye, EyeOff, History as Clock, UserX } from 'lucide-react'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { paged } from '@/api/paged'
import type { Report, ReportState } from '@/api/types'
import { useAccount } from '@/session/SessionContext'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Chip, Empty, Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { later } from '@/ui/later'
import { Panel, Tabs } from '@/ui/Tabs'
import { toast } from '@/ui/toast'
import { ReasonDialog } from './ReasonDialog'
import { StaffPage } from './StaffPage'

const SuspendAuthor = later(() => import('./SuspendAuthor'))
const History = later(() => import('./History'))

const states: { value: ReportState; label: string }[] = [
  { value: 'open', label: 'Open' },
  { value: 'taken', label: 'In hand' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'dismissed', label: 'Dismissed' },
]

export default function Moderation() {
  useTitle('Reports')
  return (
    <StaffPage place="The cutting room" title="Reports">
      <Sheet className="overflow-hidden">
        <Tabs label="Reports by state" param="state" tabs={states}>
          {states.map(({ value }) => (
            <Panel key={value} value={value}>
              <Reports state={value} />
            </Panel>
          ))}
        </Tabs>
      </Sheet>
    </StaffPage>
  )
}

function Reports({ state }: { state: ReportState }) {
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['reports', state],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/moderation/reports', { params: { query: { state, cursor } } })),
    // Others work on the same pile.
    staleTime: 10_000,
    refetchInterval: 30_000,
  })
  const reports = query.data?.pages.flatMap((page) => page.reports) ?? []
  const label = states.find(({ value }) => value === state)?.label
  return (
    <>
      <h2 className="sr-only">{label}</h2>
      <Endless
        query={query}
        what="reports"
        skeleton={
          <div className="grid gap-4 p-6">
            <Skeleton className="h-28" />
            <Skeleton className="h-28" />
          </div>
        }
        isEmpty={reports.length === 0}
        empty={<Empty title="Nothing here">{state === 'open' ? 'Nobody waits for you. Well done.' : 'No report is in this state.'}</Empty>}
      >
        <ul role="list" className="divide-y divide-line">
          {reports.map((report) => (
            <li key={report.id}>
              <OneReport report={report} />
            </li>
          ))}
        </ul>
      </Endless>
    </>
  )
}

type Deed = 'take' | 'resolve' | 'dismiss' | 'hide' | 'restore'

/** Answers what to say when it is done. */
async function move({ id, postId }: Report, deed: Deed, words: string): Promise<string> {
  const report = { path: { id } }
  const post = { path: { id: postId } }
  const note = words === '' ? {} : { note: words }
  switch (deed) {
    case 'take':
      return (await answer(api.POST('/api/moderation/reports/{id}/take', { params: report }))).message
    case 'resolve':
      return (await answer(api.POST('/api/moderation/reports/{id}/resolve', { params: report, body: note }))).message
    case 'dismiss':
      return (await answer(api.POST('/api/moderation/reports/{id}/dismiss', { params: report, body: note }))).message
    case 'hide':
      return (await answer(api.POST('/api/moderation/posts/{id}/hide', { params: post, body: { reason: words } }))).message
    case 'restore':
      return (await answer(api.POST('/api/moderation/posts/{id}/restore', { params: post }))).message
  }
}

const asked: Record<'resolve' | 'dismiss' | 'hide', { title: string; lead: string; label: string; longest: number; needed: boolean; action: string }> = {
  resolve: { title: 'Resolve the report', lead: 'It was right, and something was done about it. The report leaves the queue.', label: 'A note (optional)', longest: 2000, needed: false, action: 'Resolve' },
  dismiss: { title: 'Dismiss the report', lead: 'There is nothing to do about it. The report leaves the queue.', label: 'A note (optional)', longest: 2000, needed: false, action: 'Dismiss' },
  hide: { title: 'Hide the post?', lead: 'Nobody sees it any more but its author and moderators. It can be restored.', label: 'Why', longest: 200, needed: true, action: 'Hide it' },
}

function OneReport({ report }: { report: Report }) {
  const client = useQueryClient()
  const me = useAccount()
  const [open, setOpen] = useState<'resolve' | 'dismiss' | 'hide' | null>(null)
  const [history, setHistory] = useState(false)
  const [suspending, setSuspending] = useState(false)
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: ({ deed, words = '' }: { deed: Deed; words?: string }) => move(report, deed, words),
    onSuccess: (said) => {
      toast.ok(said)
      close()
    },
    onError: (refused) => {
      // What was typed stays, with what is wrong beside it.
      if (open) return
      toast.bad(inWords(refused))
      close()
    },
  })
  /** Somebody else may have been quicker; the list says how it stands now. */
  const close = () => {
    setOpen(null)
    void client.invalidateQueries({ queryKey: ['reports'] })
    void client.invalidateQueries({ queryKey: ['history', report.postId] })
  }
  const ask = (what: typeof open) => {
    reset()
    setOpen(what)
  }
  const { post } = report
  const isOpen = report.state === 'open' || report.state === 'taken'
  const isHidden = post?.state === 'hidden'
  return (
    <article aria-label={`Report: ${report.reason}`} className="grid gap-3 px-4 py-5 sm:px-6">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
        <Chip className="font-semibold text-ink">{report.reason}</Chip>
        <Time at={report.createdAt} />
        <span>
          by{' '}
          <Link to={`/u/${report.reporter.username}`} className="hover:underline">
            @{report.reporter.username}
          </Link>
        </span>
        {report.state === 'taken' && <span>· {report.moderatorId === me.id ? 'in your hands' : 'in another moderator’s hands'}</span>}
      </p>
      {report.description && <p className="max-w-[65ch]">{report.description}</p>}
      {report.note && <p className="max-w-[65ch] text-ink-2">Note: {report.note}</p>}
      {post ? (
        <blockquote className="max-w-[65ch] border-l-4 border-line pl-4 text-ink-2">
          <p className="line-clamp-4 whitespace-pre-wrap">{post.content}</p>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
            <Link to={`/u/${post.author.username}`} className="font-semibold hover:underline">
              {post.author.displayName}
            </Link>
            <span aria-hidden="true">·</span>
            <Link to={`/post/${post.id}`} className="link">
              see the post
            </Link>
            {isHidden && <Chip className="font-semibold text-danger">Hidden</Chip>}
            {post.state === 'removed' && <Chip>Removed by its author</Chip>}
          </p>
        </blockquote>
      ) : (
        <p className="text-ink-3">The post is gone: its author has removed it.</p>
      )}
      <div className="flex flex-wrap gap-2">
        {report.state === 'open' && (
          <Button size="small" busy={isPending} onClick={() => mutate({ deed: 'take' })}>
            Take it
          </Button>
        )}
        {isOpen && (
          <>
            <Button size="small" look="plain" onClick={() => ask('resolve')}>
              Resolve
            </Button>
            <Button size="small" look="plain" onClick={() => ask('dismiss')}>
              Dismiss
            </Button>
          </>
        )}
        {post && isHidden && (
          <Button size="small" look="plain" busy={isPending} onClick={() => mutate({ deed: 'restore' })}>
            <Eye aria-hidden="true" className="size-4" />
            Restore the post
          </Button>
        )}
        {post && !isHidden && isOpen && post.state !== 'removed' && (
          <Button size="small" look="danger" onClick={() => ask('hide')}>
            <EyeOff aria-hidden="true" className="size-4" />
            Hide the post
          </Button>
        )}
        {post && isOpen && me.role === 'admin' && post.authorId !== me.id && (
          <Button size="small" look="danger" onClick={() => setSuspending(true)}>
            <UserX aria-hidden="true" className="size-4" />
            Suspend the author
          </Button>
        )}
        {post && (
          <Button size="small" look="quiet" onClick={() => setHistory(true)}>
            <Clock aria-hidden="true" className="size-4" />
            History
          </Button>
        )}
      </div>
      {open && <ReasonDialog {...asked[open]} busy={isPending} error={error} onSay={(words) => mutate({ deed: open, words })} onClose={close} />}
      {suspending && post && <SuspendAuthor author={post.author} onClose={() => setSuspending(false)} />}
      {history && <History postId={report.postId} onClose={() => setHistory(false)} />}
    </article>
  )
}

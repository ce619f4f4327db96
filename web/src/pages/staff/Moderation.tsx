import { useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { EyeOff } from 'lucide-react'
import { Link } from 'react-router'
import { coming, type Report } from '@/api/coming'
import { inWords } from '@/api/errors'
import { useAccount } from '@/session/SessionContext'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Chip, Empty, Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { Panel, Tabs } from '@/ui/Tabs'
import { toast } from '@/ui/toast'
import { ReasonDialog } from './ReasonDialog'
import { StaffPage } from './StaffPage'

const states = [
  { value: 'open', label: 'Open' },
  { value: 'taken', label: 'In hand' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'dismissed', label: 'Dismissed' },
]

export default function Moderation() {
  useTitle('Moderation')
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

function Reports({ state }: { state: string }) {
  const query = useInfiniteQuery({
    queryKey: ['reports', state],
    queryFn: ({ pageParam }) => coming.reports(state, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    retry: false,
    staleTime: 10_000,
  })
  const reports = query.data?.pages.flatMap((page) => page.reports) ?? []
  return (
    <Endless query={query} what="reports" skeleton={<div className="grid gap-4 p-6"><Skeleton className="h-28" /><Skeleton className="h-28" /></div>} isEmpty={reports.length === 0} empty={<Empty title="Nothing here">{state === 'open' ? 'Nobody waits for you. Well done.' : 'No report is in this state.'}</Empty>}>
      <ul role="list" className="divide-y divide-line">
        {reports.map((report) => (
          <li key={report.id}>
            <OneReport report={report} />
          </li>
        ))}
      </ul>
    </Endless>
  )
}

function OneReport({ report }: { report: Report }) {
  const client = useQueryClient()
  const me = useAccount()
  const [open, setOpen] = useState<'resolve' | 'dismiss' | 'hide' | null>(null)
  const { mutate, isPending } = useMutation({
    mutationFn: ({ deed, words }: { deed: 'take' | 'resolve' | 'dismiss' | 'hide'; words: string }) =>
      deed === 'hide' && report.post ? coming.hidePost(report.post.id, words) : coming.moveReport(report.id, deed === 'hide' ? 'resolve' : deed, words),
    onSuccess: ({ message }) => toast.ok(message),
    // Somebody else may have been quicker; the list says how it stands now.
    onError: (error) => toast.bad(inWords(error)),
    onSettled: () => {
      setOpen(null)
      void client.invalidateQueries({ queryKey: ['reports'] })
    },
  })
  const isOpen = report.state === 'open' || report.state === 'taken'
  return (
    <article aria-label={`Report: ${report.reason}`} className="grid gap-3 px-4 py-5 sm:px-6">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
        <Chip className="font-semibold text-ink">{report.reason}</Chip>
        <Time at={report.createdAt} />
        <span>by @{report.reporter.username}</span>
        {report.state === 'taken' && <span>· {report.moderatorId === me.id ? 'in your hands' : 'in another moderator’s hands'}</span>}
      </p>
      {report.description && <p className="max-w-[65ch]">{report.description}</p>}
      {report.note && <p className="max-w-[65ch] text-ink-2">Note: {report.note}</p>}
      {report.post && (
        <blockquote className="max-w-[65ch] border-l-4 border-line pl-4 text-ink-2">
          <p className="line-clamp-4 whitespace-pre-wrap">{report.post.content}</p>
          <p className="mt-1 text-sm">
            <Link to={`/u/${report.post.author.username}`} className="font-semibold hover:underline">
              {report.post.author.displayName}
            </Link>{' '}
            ·{' '}
            <Link to={`/post/${report.post.id}`} className="link">
              see the post
            </Link>
          </p>
        </blockquote>
      )}
      {isOpen && (
        <div className="flex flex-wrap gap-2">
          {report.state === 'open' && (
            <Button size="small" busy={isPending} onClick={() => mutate({ deed: 'take', words: '' })}>
              Take it
            </Button>
          )}
          <Button size="small" look="plain" onClick={() => setOpen('resolve')}>
            Resolve
          </Button>
          <Button size="small" look="plain" onClick={() => setOpen('dismiss')}>
            Dismiss
          </Button>
          {report.post && (
            <Button size="small" look="danger" onClick={() => setOpen('hide')}>
              <EyeOff aria-hidden="true" className="size-4" />
              Hide the post
            </Button>
          )}
        </div>
      )}
      {open && (
        <ReasonDialog
          title={open === 'hide' ? 'Hide the post?' : open === 'resolve' ? 'Resolve the report' : 'Dismiss the report'}
          lead={open === 'hide' ? 'Nobody sees it any more but its author and moderators.' : 'The report leaves the queue.'}
          longest={open === 'hide' ? 200 : 2000}
          label={open === 'hide' ? 'Why' : 'A note (optional)'}
          needed={open === 'hide'}
          action={open === 'hide' ? 'Hide it' : open === 'resolve' ? 'Resolve' : 'Dismiss'}
          busy={isPending}
          onSay={(words) => mutate({ deed: open, words })}
          onClose={() => setOpen(null)}
        />
      )}
    </article>
  )
}

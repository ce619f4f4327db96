import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import { Sheet } from '@/shell/Columns'
import { exactly } from '@/lib/time'
import { useTitle } from '@/lib/useTitle'
import { Empty, Skeleton, Time } from '@/ui/bits'
import { Endless } from '@/ui/Endless'
import { Panel, Tabs } from '@/ui/Tabs'
import { StaffPage } from './StaffPage'

const deeds: Record<string, string> = {
  'role-changed': 'Role changed',
  'account-suspended': 'Account suspended',
  'account-restored': 'Account restored',
  'allow-list-added': 'Address put on the allow-list',
  'allow-list-removed': 'Address taken off the allow-list',
  'operator-key-used': 'Operators’ key used',
  'post-hidden': 'Post hidden',
  'post-restored': 'Post restored',
  'report-taken': 'Report taken',
  'report-resolved': 'Report resolved',
  'report-dismissed': 'Report dismissed',
  'dead-letter-shown': 'Dead letter looked at',
  'dead-letter-revealed': 'Dead letter looked at, with what people wrote',
  'dead-letter-replay-begun': 'Dead letter about to be sent again',
  'dead-letter-replayed': 'Dead letter sent again',
  'dead-letter-replay-failed': 'Dead letter could not be sent again',
  'dead-letter-replay-missed': 'Dead letter was gone before it could be sent again',
  'dead-letter-discard-begun': 'Dead letter about to be thrown away',
  'dead-letter-discarded': 'Dead letter thrown away',
  'dead-letter-discard-failed': 'Dead letter could not be thrown away',
  'dead-letter-discard-missed': 'Dead letter was gone before it could be thrown away',
}

export default function Audit() {
  useTitle('Audit')
  return (
    <StaffPage place="The archive" title="Audit">
      <Sheet className="overflow-hidden">
        <Tabs
          label="What was done"
          param="of"
          tabs={[
            { value: 'accounts', label: 'Accounts and operations' },
            { value: 'posts', label: 'Posts and reports' },
          ]}
        >
          <Panel value="accounts">
            <ToAccounts />
          </Panel>
          <Panel value="posts">
            <ToPosts />
          </Panel>
        </Tabs>
      </Sheet>
    </StaffPage>
  )
}

const empty = <Empty title="Nothing was done yet">Who suspends, restores, hides or gives roles is listed here.</Empty>
const skeleton = (
  <div className="grid gap-4 p-6">
    <Skeleton className="h-10" />
    <Skeleton className="h-10" />
    <Skeleton className="h-10" />
  </div>
)

function ToAccounts() {
  const query = useInfiniteQuery({
    ...paged,
    staleTime: 10_000,
    queryKey: ['audit', 'accounts'],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/admin/audit', { params: { query: { cursor } } })),
  })
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <>
      <h2 className="sr-only">What was done to accounts</h2>
      <Endless query={query} what="entries" skeleton={skeleton} isEmpty={entries.length === 0} empty={empty}>
        <ul role="list" className="divide-y divide-line">
          {entries.map((entry) => (
            <li key={entry.id} className="grid gap-0.5 px-4 py-3.5 sm:px-6">
              <p>
                <strong>{deeds[entry.type] ?? entry.type}</strong>
                {entry.account && <>: {entry.account.username ? `@${entry.account.username}` : 'an account that is gone'}</>}
              </p>
              <Detail of={entry.detail} />
              <p className="text-sm text-ink-3">
                <Time at={entry.at} /> by {entry.actor?.username ? `@${entry.actor.username}` : entry.actor ? 'an account that is gone' : 'an operator'}
                {entry.ipAddress && <> · {entry.ipAddress}</>}
              </p>
            </li>
          ))}
        </ul>
      </Endless>
    </>
  )
}

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What an entry says beside who and when: the subject by its id, everything else by its name. */
function Detail({ of }: { of: Record<string, unknown> }) {
  const { subjectId, subjectKind, requestId, ...rest } = of
  const words = Object.entries(rest).map(([name, value]) => `${name}: ${value === null ? 'none' : name === 'until' ? exactly(told(value)) : told(value)}`)
  if (!subjectId && words.length === 0) return null
  return (
    <p className="text-ink-2" title={requestId ? `By the request ${told(requestId)}` : undefined}>
      {subjectId ? (
        <code className="font-script text-sm wrap-anywhere">
          {told(subjectKind)} {told(subjectId)}
        </code>
      ) : null}
      {words.join(' · ')}
    </p>
  )
}

function ToPosts() {
  const query = useInfiniteQuery({
    ...paged,
    staleTime: 10_000,
    queryKey: ['audit', 'posts'],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/moderation/audit', { params: { query: { cursor } } })),
  })
  const done = query.data?.pages.flatMap((page) => page.deeds) ?? []
  return (
    <>
      <h2 className="sr-only">What was done to posts and reports</h2>
      <Endless query={query} what="entries" skeleton={skeleton} isEmpty={done.length === 0} empty={empty}>
        <ul role="list" className="divide-y divide-line">
          {done.map((deed) => (
            <li key={deed.id} className="grid gap-0.5 px-4 py-3.5 sm:px-6">
              <p>
                <strong>{deeds[deed.deed] ?? deed.deed}</strong>
                {deed.postId && (
                  <>
                    {': '}
                    <Link to={`/post/${deed.postId}`} className="link">
                      {deed.deed.startsWith('post-') ? 'the post' : 'the post that it is about'}
                    </Link>
                  </>
                )}
              </p>
              <p className="text-sm text-ink-3" title={`By the request ${deed.requestId}`}>
                <Time at={deed.at} /> by{' '}
                {deed.actor.username ? (
                  <Link to={`/u/${deed.actor.username}`} className="link">
                    @{deed.actor.username}
                  </Link>
                ) : (
                  <>
                    an account that is gone (<code className="font-script wrap-anywhere">{deed.actorId}</code>)
                  </>
                )}
                {' · '}
                <code className="font-script wrap-anywhere">
                  {deed.subjectKind} {deed.subjectId}
                </code>
              </p>
            </li>
          ))}
        </ul>
      </Endless>
    </>
  )
}

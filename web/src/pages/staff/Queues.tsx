import { useState, type ReactNode } from 'react'
import { Pause, Play } from 'lucide-react'
import { Link } from 'react-router'
import type { OutboxState, QueueState } from '@/api/types'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Loading, Skeleton } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import { cx } from '@/ui/cx'
import { Chart } from './Chart'
import { StaffPage } from './StaffPage'
import { forHowLong, useQueues, waiting, type Sample } from './watch'

const ROOM = 100

export default function Queues() {
  useTitle('Queues')
  const [live, setLive] = useState(true)
  const query = useQueues(live)
  const samples = query.data ?? []
  const now = samples.at(-1)
  return (
    <StaffPage place="The machine room" title="Queues">
      {now ? (
        <div className="grid gap-8">
          <Overall samples={samples} now={now} live={live} onLive={() => setLive(!live)} trouble={query.isError} />
          <section aria-labelledby="queues">
            <Heading id="queues" title="Queues" lead="What each service has still to consume." />
            <ul role="list" className="grid gap-3 px-4 xs:grid-cols-2 sm:px-0 lg:grid-cols-3">
              {now.queues.map((queue) => (
                <li key={queue.name}>
                  <OneQueue queue={queue} values={samples.map((sample) => of(sample.queues, queue.name, waiting))} />
                </li>
              ))}
            </ul>
          </section>
          <section aria-labelledby="outboxes">
            <Heading id="outboxes" title="Outboxes" lead="What each service has written down and not yet published." />
            <ul role="list" className="grid gap-3 px-4 xs:grid-cols-2 sm:px-0 lg:grid-cols-3">
              {now.outboxes.map((outbox) => (
                <li key={outbox.service}>
                  <OneOutbox outbox={outbox} values={samples.map((sample) => sample.outboxes.find(({ service }) => service === outbox.service)?.pending ?? 0)} />
                </li>
              ))}
            </ul>
          </section>
          <Table now={now} />
        </div>
      ) : query.isError ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading what="queues">
          <div className="grid gap-4 px-4 sm:px-0">
            <Skeleton className="h-72 rounded-2xl" />
            <Skeleton className="h-40 rounded-2xl" />
          </div>
        </Loading>
      )}
    </StaffPage>
  )
}

function of(queues: QueueState[], name: string, what: (queue: QueueState) => number): number {
  const queue = queues.find((one) => one.name === name)
  return queue ? what(queue) : 0
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

function Overall({ samples, now, live, onLive, trouble }: { samples: readonly Sample[]; now: Sample; live: boolean; onLive: () => void; trouble: boolean }) {
  const all = samples.map((sample) => sum(sample.queues.map(waiting)) + sum(sample.outboxes.map(({ pending }) => pending)))
  const inQueues = sum(now.queues.map(waiting))
  const inOutboxes = sum(now.outboxes.map(({ pending }) => pending))
  const dead = sum(now.queues.map((queue) => queue.dead))
  return (
    <Sheet className="p-4 sm:p-6">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          <Figure name="in queues" value={inQueues} />
          <Figure name="in outboxes" value={inOutboxes} />
          <Figure name="dead" value={dead} bad={dead > 0} />
        </dl>
        <Button size="small" look="plain" aria-pressed={live} onClick={onLive}>
          {live ? <Pause aria-hidden="true" className="size-4" /> : <Play aria-hidden="true" className="size-4" />}
          {live ? 'Live' : 'Paused'}
        </Button>
      </div>
      <div className="mt-5">
        <Chart tall values={all} room={ROOM} label={`All that waits, over the last minutes: ${inQueues + inOutboxes} now, ${Math.max(...all, 0)} at most`} />
        <p className="mt-1.5 flex justify-between font-script text-xs text-ink-3">
          <span>5 minutes ago</span>
          <span>{trouble ? 'No answer; the line stands still' : 'now'}</span>
        </p>
      </div>
      {dead > 0 && (
        <p className="mt-4">
          <Link to="/admin/dead-letters" className="link font-semibold">
            See what could not be consumed
          </Link>
        </p>
      )}
    </Sheet>
  )
}

function Figure({ name, value, bad = false }: { name: string; value: number; bad?: boolean }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className={cx('font-display text-4xl leading-none font-bold tabular-nums', bad && 'text-danger')}>{value}</dd>
    </div>
  )
}

function Heading({ id, title, lead }: { id: string; title: string; lead: string }) {
  return (
    <div className="mb-3 px-4 sm:px-1">
      <h2 id={id} className="text-xl">
        {title}
      </h2>
      <p className="text-ink-2">{lead}</p>
    </div>
  )
}

function Panel({ name, value, values, children }: { name: string; value: number; values: number[]; children: ReactNode }) {
  return (
    <div className="card grid gap-2 p-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-script text-[0.9375rem] font-bold tracking-normal">{name}</h3>
        <p className="font-display text-2xl leading-none font-bold tabular-nums">
          {value}
          <span className="sr-only"> waiting</span>
        </p>
      </div>
      <Chart values={values} room={ROOM} label={`${name} over the last minutes: ${value} now, ${Math.max(...values, 0)} at most`} />
      <p className="text-sm text-ink-3">{children}</p>
    </div>
  )
}

function OneQueue({ queue, values }: { queue: QueueState; values: number[] }) {
  return (
    <Panel name={queue.name} value={waiting(queue)} values={values}>
      {queue.oldestSeconds === null ? 'Nothing waits' : `Oldest ${forHowLong(queue.oldestSeconds)}`}
      {queue.dead > 0 && (
        <>
          {' · '}
          <Link to={`/admin/dead-letters?consumer=${encodeURIComponent(queue.name)}`} className="font-semibold text-danger underline underline-offset-4">
            {queue.dead} dead
          </Link>
        </>
      )}
    </Panel>
  )
}

function OneOutbox({ outbox, values }: { outbox: OutboxState; values: number[] }) {
  return (
    <Panel name={outbox.service} value={outbox.pending} values={values}>
      {outbox.oldestSeconds === null ? 'Everything is published' : `Oldest ${forHowLong(outbox.oldestSeconds)}`}
      {outbox.refused > 0 && <span className="font-semibold text-danger"> · {outbox.refused} refused by the bus</span>}
    </Panel>
  )
}

/** The same in figures, for whoever reads rather than looks. */
function Table({ now }: { now: Sample }) {
  return (
    <details className="px-4 sm:px-1">
      <summary className="w-fit font-semibold hover:underline">All figures</summary>
      {/* A table that is wider than a phone is moved with the arrow keys, too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div tabIndex={0} role="region" aria-label="All figures" className="mt-3 overflow-x-auto rounded-2xl border border-line bg-surface">
        <table className="w-full text-left text-[0.9375rem] tabular-nums">
          <caption className="sr-only">Queues</caption>
          <thead className="text-sm text-ink-3">
            <tr>
              {['Queue', 'Ready', 'In hand', 'Later', 'Oldest', 'Dead'].map((name, index) => (
                <th key={name} scope="col" className={cx('px-4 py-2.5 font-semibold whitespace-nowrap', index > 0 && 'text-right')}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-t border-line">
            {now.queues.map((queue) => (
              <tr key={queue.name}>
                <th scope="row" className="px-4 py-2.5 font-script font-normal">
                  {queue.name}
                </th>
                {[queue.ready, queue.inFlight, queue.delayed, forHowLong(queue.oldestSeconds)].map((count, index) => (
                  <td key={index} className="px-4 py-2.5 text-right">
                    {count}
                  </td>
                ))}
                <td className={cx('px-4 py-2.5 text-right', queue.dead > 0 && 'font-bold text-danger')}>{queue.dead}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

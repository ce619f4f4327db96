import { useQuery } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import type { OutboxState, QueueState } from '@/api/types'

export interface Sample {
  at: number
  queues: QueueState[]
  outboxes: OutboxState[]
}

/** Every three seconds for five minutes. */
const EVERY = 3000
const MOST = 100

/** Outside of pages: whoever looks at a dead letter and comes back finds the line where it was. */
let kept: readonly Sample[] = []

/** Adds what is new, and lets go of what is too old. A pause is a gap: what was before it is no line with what is after. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1)
  if (last && next.at <= last.at) return samples
  const fresh = last && next.at - last.at > 5 * EVERY ? [] : samples
  return [...fresh, next].slice(-MOST)
}

/** What waits in queues and outboxes, now and lately. */
export function useQueues(live: boolean) {
  return useQuery({
    queryKey: ['queues', 'lately'],
    queryFn: async () => {
      const now = await answer(api.GET('/api/admin/queues'))
      kept = withSample(kept, { at: Date.now(), ...now })
      return kept
    },
    refetchInterval: live ? EVERY : false,
    staleTime: 0,
  })
}

export const waiting = (queue: QueueState): number => queue.ready + queue.inFlight + queue.delayed

/** Nothing where nothing waits. */
export function forHowLong(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}

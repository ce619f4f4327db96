import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api/errors'
import { isReachable, onReachability } from './lib/connection'

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 4 && (!(error instanceof ApiError) || error.isPassing),
      retryDelay: (failures, error) =>
        error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : Math.min(800 * 2 ** failures, 15_000),
      // Whether there is a network is found out by asking: "offline" of a browser is often wrong on one's own machine.
      networkMode: 'always',
    },
    mutations: {
      networkMode: 'always',
      // A picture that has just arrived is still being cleaned, which takes its time where many arrive. And who says when to come back has
      // done nothing of it yet.
      retry: (failures, error) =>
        error instanceof ApiError && (error.code === 'MEDIA_NOT_READY' ? failures < 120 : failures < 3 && error.status === 503 && error.retryAfter !== null),
      retryDelay: (_, error) => (error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : 1000),
    },
  },
})

// Changes of one scope go out one after the other. The last one that waits for its turn when the page is left goes at once, as hardly
// anybody would be there to send it later: what was chosen last counts. What is on its way already is kept (`keepalive`), and may still
// arrive after it. A page that one comes back to sends what waited once more, which changes nothing.
addEventListener('pagehide', () => {
  const waiting = client.getMutationCache().getAll().filter(({ options, state }) => options.scope && state.isPaused)
  for (const { options, state } of new Map(waiting.map((one) => [one.options.scope?.id, one])).values()) {
    void options.mutationFn?.(state.variables, { client, meta: options.meta, mutationKey: options.mutationKey }).catch(() => undefined)
  }
})

// What could not be read while Joint was away is read when it is back; the client itself would not, as it counts on no network.
onReachability(() => {
  if (isReachable()) void client.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' })
})

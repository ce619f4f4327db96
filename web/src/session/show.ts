import type { Query, QueryClient } from '@tanstack/react-query'
import { forgetEarly } from '@/api/client'
import type { Account } from '@/api/types'

/** Where who is here lies among what was asked. */
export const meKey = ['me'] as const

/** What was shown to one person is not for the next one. */
export function show(client: QueryClient, account: Account | null): void {
  forgetEarly()
  // Nor do they send what still waits for its turn.
  const mutations = client.getMutationCache()
  for (const mutation of mutations.getAll()) if (mutation.state.isPaused) mutations.remove(mutation)
  client.setQueryData(meKey, account)
  const predicate = (query: Query) => query.queryKey[0] !== meKey[0]
  client.removeQueries({ type: 'inactive', predicate })
  // What is in sight begins anew; it is asked for when the pages of whoever was here are gone.
  for (const query of client.getQueryCache().findAll({ predicate })) query.reset()
  setTimeout(() => {
    void client.refetchQueries({ type: 'active', predicate: (query) => predicate(query) && query.state.data === undefined && query.state.fetchStatus === 'idle' })
  }, 100)
}

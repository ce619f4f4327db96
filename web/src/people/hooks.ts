import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { paged } from '@/api/paged'
import type { PublicProfile, Relationship } from '@/api/types'
import { removePostsOf } from '@/posts/cache'
import { toast } from '@/ui/toast'

const PAGE = 30

export interface Listed {
  id: string
  username: string
  displayName: string
  avatarUrl?: string | null
  since: string
}
interface PeoplePage {
  people: Listed[]
  total: number
  nextCursor?: string | null
}
export type Circle = 'incoming' | 'outgoing' | 'connections' | 'followers' | 'following' | 'blocks'

const readers: Record<Circle, (query: { limit: number; cursor?: string; userId?: string }) => Promise<PeoplePage>> = {
  async incoming({ limit, cursor }) {
    const { requests, ...page } = await answer(api.GET('/api/social/requests', { params: { query: { limit, cursor, direction: 'in' } } }))
    return { ...page, people: requests.map((one) => ({ ...one, since: one.requestedAt })) }
  },
  async outgoing({ limit, cursor }) {
    const { requests, ...page } = await answer(api.GET('/api/social/requests', { params: { query: { limit, cursor, direction: 'out' } } }))
    return { ...page, people: requests.map((one) => ({ ...one, since: one.requestedAt })) }
  },
  async connections({ limit, cursor }) {
    const { connections, ...page } = await answer(api.GET('/api/social/connections', { params: { query: { limit, cursor } } }))
    return { ...page, people: connections.map((one) => ({ ...one, since: one.connectedAt })) }
  },
  async followers(query) {
    const { followers, ...page } = await answer(api.GET('/api/social/followers', { params: { query } }))
    return { ...page, people: followers.map((one) => ({ ...one, since: one.followedAt })) }
  },
  async following(query) {
    const { following, ...page } = await answer(api.GET('/api/social/following', { params: { query } }))
    return { ...page, people: following.map((one) => ({ ...one, since: one.followedAt })) }
  },
  async blocks({ limit, cursor }) {
    const { blocks, ...page } = await answer(api.GET('/api/social/blocks', { params: { query: { limit, cursor } } }))
    return { ...page, people: blocks.map((one) => ({ ...one, since: one.blockedAt })) }
  },
}

export function usePeople(circle: Circle, userId?: string) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ['people', circle, userId ?? 'me'],
    queryFn: ({ pageParam: cursor }) => readers[circle]({ limit: PAGE, cursor, ...(userId ? { userId } : {}) }),
  })
}

/** People whom one might know. */
export function useSuggestions() {
  return useQuery({
    queryKey: ['people', 'suggestions'],
    queryFn: async () => (await answer(api.GET('/api/social/suggestions'))).suggestions,
    staleTime: 10 * 60_000,
  })
}

const relationshipKey = (id: string) => ['relationship', id] as const

export function useRelationship(id: string, enabled: boolean) {
  return useQuery({
    queryKey: relationshipKey(id),
    queryFn: () => answer(api.GET('/api/social/relationship/{userId}', { params: { path: { userId: id } } })),
    enabled,
  })
}

export type Deed = 'follow' | 'unfollow' | 'ask' | 'accept' | 'decline' | 'withdraw' | 'disconnect' | 'block' | 'unblock'

function ask(deed: Deed, userId: string): Promise<unknown> {
  // Done, though the page is left the next moment.
  const params = { params: { path: { userId } }, keepalive: true }
  switch (deed) {
    case 'follow':
      return answer(api.POST('/api/social/follow/{userId}', params))
    case 'unfollow':
      return answer(api.DELETE('/api/social/follow/{userId}', params))
    case 'ask':
      return answer(api.POST('/api/social/connections/{userId}', params))
    case 'accept':
      return answer(api.POST('/api/social/connections/{userId}/accept', params))
    case 'decline':
      return answer(api.POST('/api/social/connections/{userId}/decline', params))
    case 'withdraw':
    case 'disconnect':
      return answer(api.DELETE('/api/social/connections/{userId}', params))
    case 'block':
      return answer(api.POST('/api/social/blocks/{userId}', params))
    case 'unblock':
      return answer(api.DELETE('/api/social/blocks/{userId}', params))
  }
}

const nothing: Relationship = { following: false, followedBy: false, connection: 'none', blocked: false }

/** How two people are after a deed, before the server has said so. */
export function after(deed: Deed, now: Relationship): Relationship {
  switch (deed) {
    case 'follow':
      return { ...now, following: true }
    case 'unfollow':
      return { ...now, following: false }
    case 'ask':
      // Both asked: they are connected.
      return { ...now, connection: now.connection === 'incoming' ? 'connected' : 'requested' }
    case 'accept':
      return { ...now, connection: 'connected' }
    case 'decline':
    case 'withdraw':
    case 'disconnect':
      return { ...now, connection: 'none' }
    case 'block':
      return { ...nothing, blocked: true }
    case 'unblock':
      return { ...now, blocked: false }
  }
}

/** In which lists somebody is no longer after a deed. */
const leaves: Partial<Record<Deed, Circle[]>> = {
  accept: ['incoming'],
  decline: ['incoming'],
  withdraw: ['outgoing'],
  disconnect: ['connections'],
  unfollow: ['following'],
  block: ['incoming', 'outgoing', 'connections', 'followers', 'following'],
  unblock: ['blocks'],
}
const joins: Partial<Record<Deed, Circle[]>> = {
  follow: ['following'],
  ask: ['outgoing'],
  accept: ['connections'],
  block: ['blocks'],
}

type Pages = { pages: PeoplePage[]; pageParams: unknown[] }

function leave(client: QueryClient, circle: Circle, id: string): void {
  client.setQueryData<Pages>(['people', circle, 'me'], (list) =>
    list && {
      ...list,
      pages: list.pages.map((page) =>
        page.people.some((person) => person.id === id)
          ? { ...page, total: page.total - 1, people: page.people.filter((person) => person.id !== id) }
          : page,
      ),
    },
  )
}

/** Shows it at once, in every list; goes back with a word when the server refuses. */
export function useRelate(id: string, name: string) {
  const client = useQueryClient()
  const mutationKey = ['relate', id]
  /** Of several in a row only the last one is followed by what the server knows. */
  const isLast = () => client.isMutating({ mutationKey }) <= 1
  return useMutation({
    mutationKey,
    // One after the other, as they were pressed.
    scope: { id: `relate ${id}` },
    mutationFn: (deed: Deed) => ask(deed, id),
    onMutate: async (deed) => {
      await client.cancelQueries({ queryKey: relationshipKey(id) })
      const relationship = client.getQueryData<Relationship>(relationshipKey(id))
      const lists = client.getQueriesData<Pages>({ queryKey: ['people'] })
      if (relationship) client.setQueryData(relationshipKey(id), after(deed, relationship))
      for (const circle of leaves[deed] ?? []) leave(client, circle, id)
      if (deed === 'accept' || deed === 'decline') {
        client.setQueryData<{ total: number }>(['people', 'requests', 'count'], (count) => count && { ...count, total: Math.max(0, count.total - 1) })
      }
      const step = deed === 'follow' ? 1 : deed === 'unfollow' ? -1 : 0
      if (step !== 0) countFollowers(client, id, step)
      return { relationship, lists, step }
    },
    onError: (error, _, context) => {
      if (context && context.step !== 0) countFollowers(client, id, -context.step)
      if (context && isLast()) {
        client.setQueryData(relationshipKey(id), context.relationship)
        for (const [key, list] of context.lists) client.setQueryData(key, list)
      }
      if (isLast()) {
        void client.invalidateQueries({ queryKey: relationshipKey(id) })
        void client.invalidateQueries({ queryKey: ['people'] })
      }
      toast.bad(`${name}: ${inWords(error)}`)
    },
    onSuccess: (_, deed) => {
      if (isLast()) void client.invalidateQueries({ queryKey: relationshipKey(id) })
      for (const circle of joins[deed] ?? []) void client.invalidateQueries({ queryKey: ['people', circle, 'me'] })
      if (deed === 'block' || deed === 'unblock' || deed === 'follow') void client.invalidateQueries({ queryKey: ['posts'], refetchType: 'none' })
      if (deed === 'block') void client.invalidateQueries({ queryKey: ['people'] })
      // Posts learn of it by an event: asked at once, they might not know yet.
      if (deed === 'block') removePostsOf(client, id)
      if (deed === 'unblock') void client.invalidateQueries({ queryKey: ['posts', 'of'] })
      if (deed === 'block' || deed === 'unblock') void client.invalidateQueries({ queryKey: ['profile'] })
    },
  })
}

function countFollowers(client: QueryClient, id: string, step: number): void {
  client.setQueriesData<PublicProfile>({ queryKey: ['profile'] }, (profile) =>
    profile?.id === id ? { ...profile, followerCount: Math.max(0, profile.followerCount + step) } : profile,
  )
}

import { createElement as e } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import type { Post, ReactionType } from '@/api/types'
import { postKeys } from './cache'
import { useReact } from './hooks'

const none = { like: 0, love: 0, applause: 0, insight: 0 }
const post = { id: 'p', media: [], myReaction: null, reactionCounts: none, likeCount: 0, isLikedByCurrentUser: false } as unknown as Post

/** What was asked, each to be answered by the test. */
const asked: { type: ReactionType; answer: (status: number) => void }[] = []
vi.stubGlobal('fetch', async (request: Request) => {
  const { type } = (await request.json()) as { type: ReactionType }
  return await new Promise<Response>((done) =>
    asked.push({
      type,
      answer: (status) => done(Response.json(status === 200 ? { message: '', myReaction: type, reactionCounts: { ...none, [type]: 1 } } : { code: 'NO', message: 'no' }, { status })),
    }),
  )
})

function show() {
  const client = new QueryClient({ defaultOptions: { mutations: { retry: false } } })
  client.setQueryData(postKeys.one('p'), post)
  let react: (next: ReactionType | null) => void = () => undefined
  const Button = () => {
    react = useReact(post).mutate
    return null
  }
  flushSync(() => createRoot(document.createElement('div')).render(e(QueryClientProvider, { client }, e(Button))))
  asked.length = 0
  return { client, press: (next: ReactionType) => react(next), shown: () => client.getQueryData<Post>(postKeys.one('p')) }
}
/** After it so many reactions are still on their way. */
const answer = async (client: QueryClient, at: number, status: number, left: number) => {
  await vi.waitFor(() => expect(asked).toHaveLength(at + 1))
  asked[at]?.answer(status)
  await vi.waitFor(() => expect(client.isMutating()).toBe(left))
}

it('of two reactions in a row the last one is shown and sent last', async () => {
  const { client, press, shown } = show()
  press('like')
  press('love')
  await answer(client, 0, 200, 1)
  expect(shown()).toMatchObject({ myReaction: 'love', reactionCounts: { ...none, love: 1 } })
  await answer(client, 1, 200, 0)
  expect(asked.map(({ type }) => type)).toEqual(['like', 'love'])
  expect(shown()).toMatchObject({ myReaction: 'love', reactionCounts: { ...none, love: 1 } })
})

it('goes back to what the server has said last', async () => {
  const { client, press, shown } = show()
  press('like')
  press('love')
  await answer(client, 0, 200, 1)
  await answer(client, 1, 400, 0)
  expect(shown()).toMatchObject({ myReaction: 'like', likeCount: 1, reactionCounts: { ...none, like: 1 } })
})

it('goes back to how it was when none was taken', async () => {
  const { client, press, shown } = show()
  press('like')
  press('love')
  await answer(client, 0, 400, 1)
  expect(shown()).toMatchObject({ myReaction: 'love' })
  await answer(client, 1, 400, 0)
  expect(shown()).toMatchObject({ myReaction: null, likeCount: 0, reactionCounts: none })
})

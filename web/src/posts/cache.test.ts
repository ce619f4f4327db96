import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import type { Attachment, Comment, Post } from '@/api/types'
import { changeComment, changePost, commentWasWritten, fileWasDescribed, findPost, postKeys, postWasWritten, reacted, removePost, removePostsOf, type CommentPages, type Pages } from './cache'

const author = { id: 'a', username: 'Ada', displayName: 'Ada', avatarUrl: null }
const post = (id: string): Post => ({
  id,
  authorId: 'a',
  author,
  content: id,
  mediaUrls: [],
  media: [],
  tags: [],
  visibility: 'public',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  likeCount: 2,
  reactionCounts: { like: 2, love: 0, applause: 1, insight: 0 },
  commentCount: 0,
  isLikedByCurrentUser: true,
  myReaction: 'like',
})
const pages = (...all: Post[][]): Pages => ({ pages: all.map((posts) => ({ posts })), pageParams: all.map(() => undefined) })

it('another reaction takes the place of the one before, and none takes it back', () => {
  const applauded = reacted(post('1'), 'applause')
  expect(applauded.reactionCounts).toEqual({ like: 1, love: 0, applause: 2, insight: 0 })
  expect(applauded).toMatchObject({ likeCount: 1, isLikedByCurrentUser: false, myReaction: 'applause' })
  expect(reacted(applauded, null).reactionCounts).toEqual({ like: 1, love: 0, applause: 1, insight: 0 })
})

it('a post changes wherever it is shown, and goes everywhere', () => {
  const client = new QueryClient()
  client.setQueryData(postKeys.feed, pages([post('1')], [post('2')]))
  client.setQueryData(postKeys.explore(null), pages([post('2')]))
  client.setQueryData(postKeys.one('2'), post('2'))
  changePost(client, '2', (one) => ({ ...one, content: 'changed' }))
  const contents = (key: readonly unknown[]) => client.getQueryData<Pages>(key)?.pages.flatMap((page) => page.posts.map((one) => one.content))
  expect(contents(postKeys.feed)).toEqual(['1', 'changed'])
  expect(contents(postKeys.explore(null))).toEqual(['changed'])
  expect(client.getQueryData<Post>(postKeys.one('2'))?.content).toBe('changed')
  expect(findPost(client, '1')?.content).toBe('1')
  expect(findPost(client, '2')?.content).toBe('changed')
  removePost(client, '2')
  expect(findPost(client, '2')).toBeUndefined()
  expect(contents(postKeys.feed)).toEqual(['1'])
  expect(client.getQueryData(postKeys.one('2'))).toBeUndefined()
})

it('a post that was written is shown once, however often it is told', () => {
  const client = new QueryClient()
  client.setQueryData(postKeys.feed, pages([post('1')]))
  postWasWritten(client, post('2'))
  postWasWritten(client, post('2'))
  expect(client.getQueryData<Pages>(postKeys.feed)?.pages[0]?.posts.map((one) => one.id)).toEqual(['2', '1'])
})

it('a post is in a list that was on its way when it was written', async () => {
  const client = new QueryClient()
  const answers: ((list: { posts: Post[] }) => void)[] = []
  const feed = new InfiniteQueryObserver(client, {
    queryKey: postKeys.feed,
    queryFn: () => new Promise<{ posts: Post[] }>((answer) => answers.push(answer)),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  })
  const leave = feed.subscribe(() => undefined)
  postWasWritten(client, post('2'))
  // Read before it was written, told after.
  answers[0]?.({ posts: [post('1')] })
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.({ posts: [post('2'), post('1')] })
  await vi.waitFor(() => expect(client.getQueryData<Pages>(postKeys.feed)?.pages[0]?.posts.map((one) => one.id)).toEqual(['2', '1']))
  leave()
})

it('nothing of somebody whom one blocks stays in any list', () => {
  const client = new QueryClient()
  client.setQueryData(postKeys.feed, pages([post('1'), { ...post('2'), authorId: 'b' }], [{ ...post('3'), authorId: 'b' }]))
  client.setQueryData(postKeys.of('Bea'), pages([{ ...post('2'), authorId: 'b' }]))
  removePostsOf(client, 'b')
  const left = [postKeys.feed, postKeys.of('Bea')].map((key) => client.getQueryData<Pages>(key)?.pages.flatMap((page) => page.posts.map((one) => one.id)))
  expect(left).toEqual([['1'], []])
})

it('a comment that was written is counted once', () => {
  const client = new QueryClient()
  const comment: Comment = { id: 'c', postId: '1', author, content: 'well', createdAt: '2026-01-01T00:00:00.000Z' }
  client.setQueryData(postKeys.one('1'), post('1'))
  client.setQueryData<CommentPages>(postKeys.comments('1'), { pages: [{ comments: [], total: 0 }], pageParams: [undefined] })
  commentWasWritten(client, comment)
  expect(client.getQueryData<CommentPages>(postKeys.comments('1'))?.pages[0]).toMatchObject({ total: 1, comments: [comment] })
  expect(client.getQueryData<Post>(postKeys.one('1'))?.commentCount).toBe(1)
})

it('a comment with other words takes the place of what it was', () => {
  const client = new QueryClient()
  const comment = (id: string, content: string): Comment => ({ id, postId: '1', author, content, createdAt: '2026-01-01T00:00:00.000Z' })
  client.setQueryData<CommentPages>(postKeys.comments('1'), {
    pages: [{ comments: [comment('c', 'well'), comment('d', 'yes')], total: 3 }, { comments: [comment('e', 'no')], total: 3 }],
    pageParams: [undefined, 'next'],
  })
  changeComment(client, comment('e', 'perhaps'))
  expect(client.getQueryData<CommentPages>(postKeys.comments('1'))?.pages.map((page) => page.comments.map((one) => one.content))).toEqual([['well', 'yes'], ['perhaps']])
})

it('what is said of a file is read wherever it is shown, also when its post was answered too early', () => {
  const client = new QueryClient()
  const file = (id: string): Attachment => ({ id, kind: 'image', contentType: 'image/png', status: 'ready', url: null, thumbnailUrl: null, width: 2, height: 1, duration: null, altText: null })
  const shown = { ...post('1'), media: [file('f'), file('g')] }
  client.setQueryData(postKeys.feed, pages([shown, post('2')]))
  client.setQueryData(postKeys.one('1'), shown)
  fileWasDescribed(client, { id: 'f', altText: 'A dog.' })
  const inFeed = () => client.getQueryData<Pages>(postKeys.feed)?.pages[0]?.posts.map((one) => one.media.map((media) => media.altText))
  expect(inFeed()).toEqual([['A dog.', null], []])
  expect(client.getQueryData<Post>(postKeys.one('1'))?.media[0]?.altText).toBe('A dog.')
  postWasWritten(client, { ...post('3'), media: [file('f')] })
  expect(inFeed()).toEqual([['A dog.'], ['A dog.', null], []])
  fileWasDescribed(client, { id: 'f', altText: null })
  expect(inFeed()).toEqual([[null], [null, null], []])
})

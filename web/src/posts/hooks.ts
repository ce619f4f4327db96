import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { paged } from '@/api/paged'
import type { Post, ReactionType } from '@/api/types'
import { toast } from '@/ui/toast'
import { asDescribed, changePost, fileWasDescribed, findPost, postKeys, reacted, removePost } from './cache'

/** A few screens; the first page is also asked for by `public/first.js`. */
const PAGE = 10

export function useFeed() {
  return useInfiniteQuery({
    ...paged,
    queryKey: postKeys.feed,
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/posts/feed', { params: { query: { limit: PAGE, cursor } } })),
    staleTime: 3 * 60_000,
  })
}

export function useExplore(tag: string | null) {
  return useInfiniteQuery({
    ...paged,
    queryKey: postKeys.explore(tag),
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/posts', { params: { query: { limit: PAGE, cursor, tag: tag ?? undefined } } })),
    staleTime: 3 * 60_000,
  })
}

export function usePostsOf(username: string, enabled: boolean) {
  return useInfiniteQuery({
    ...paged,
    queryKey: postKeys.of(username),
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/users/{username}/posts', { params: { path: { username }, query: { limit: PAGE, cursor } } })),
    staleTime: 3 * 60_000,
    enabled,
  })
}

export function usePost(id: string) {
  return useQuery({
    queryKey: postKeys.one(id),
    queryFn: () => answer(api.GET('/api/posts/{id}', { params: { path: { id } } })),
  })
}

export function useComments(id: string) {
  return useInfiniteQuery({
    ...paged,
    queryKey: postKeys.comments(id),
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/posts/{id}/comments', { params: { path: { id }, query: { limit: 50, cursor } } })),
  })
}

type Given = Pick<Post, 'reactionCounts' | 'myReaction' | 'likeCount' | 'isLikedByCurrentUser'>
/** What is known to be so of posts that are being reacted to: there it goes back to. */
const settled = new Map<string, Given>()

/** Shows the reaction at once; goes back with a word when the server refuses. */
export function useReact({ id }: Post) {
  const client = useQueryClient()
  const mutationKey = ['react', id]
  /** Of several in a row only the last one says how it ends. */
  const end = () => {
    const known = settled.get(id)
    if (!known || client.isMutating({ mutationKey }) > 1) return
    settled.delete(id)
    changePost(client, id, (shown) => ({ ...shown, ...known }))
  }
  return useMutation({
    mutationKey,
    // One after the other, as they were pressed.
    scope: { id: `react ${id}` },
    mutationFn: (next: ReactionType | null) =>
      // Kept, though the page is left the next moment.
      next
        ? answer(api.PUT('/api/posts/{id}/reaction', { params: { path: { id } }, body: { type: next }, keepalive: true }))
        : answer(api.DELETE('/api/posts/{id}/reaction', { params: { path: { id } }, keepalive: true })),
    onMutate: (next) => {
      const shown = findPost(client, id)
      if (shown && !settled.has(id)) {
        const { reactionCounts, myReaction, likeCount, isLikedByCurrentUser } = shown
        settled.set(id, { reactionCounts, myReaction, likeCount, isLikedByCurrentUser })
      }
      changePost(client, id, (post) => reacted(post, next))
    },
    onSuccess: ({ reactionCounts, myReaction = null }) => {
      settled.set(id, { reactionCounts, myReaction, likeCount: reactionCounts.like, isLikedByCurrentUser: myReaction === 'like' })
      end()
    },
    onError: (error) => {
      end()
      toast.bad(`Your reaction was not kept. ${inWords(error)}`)
    },
  })
}

export function useDeletePost(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => answer(api.DELETE('/api/posts/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      removePost(client, id)
      void client.invalidateQueries({ queryKey: ['profile'] })
      toast.ok('The post is gone')
    },
    onError: (error) => toast.bad(inWords(error)),
  })
}

interface PostEdit {
  /** The post itself, where something of it is new. */
  post: { content: string; visibility: Post['visibility']; tags: string[] } | null
  /** What is new about its files. */
  files: { id: string; altText: string | null }[]
}

export function useEditPost(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ post, files }: PostEdit) => {
      const describe = async ({ id, altText }: PostEdit['files'][number]) => {
        const { media } = await answer(api.PATCH('/api/media/{id}', { params: { path: { id } }, body: { altText } }))
        fileWasDescribed(client, media)
      }
      await Promise.all(files.map(describe))
      return post && (await answer(api.PATCH('/api/posts/{id}', { params: { path: { id } }, body: post })))
    },
    onSuccess: (changed) => {
      if (changed) changePost(client, id, () => asDescribed(changed.post))
      toast.ok('Saved')
    },
  })
}

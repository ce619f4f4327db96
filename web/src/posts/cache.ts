import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import type { Comment, Post, PostList } from '@/api/types'
import { toast } from '@/ui/toast'

/** Lists of posts all have keys that begin with `posts`, single posts `post`, comments `comments`. */
export const postKeys = {
  feed: ['posts', 'feed'] as const,
  explore: (tag: string | null) => ['posts', 'explore', tag] as const,
  of: (username: string) => ['posts', 'of', username.toLowerCase()] as const,
  one: (id: string) => ['post', id] as const,
  comments: (id: string) => ['comments', id] as const,
}

export type Pages = InfiniteData<PostList & { total?: number }, string | undefined>
export type CommentPages = InfiniteData<{ comments: Comment[]; total: number; nextCursor?: string | null }, string | undefined>

function everyPage(pages: Pages, change: (posts: Post[]) => Post[]): Pages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, posts: change(page.posts) })) }
}

/** Whoever goes back to what was found is shown it anew. */
function whatWasFoundIsOld(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ['search'], refetchType: 'none' })
}

/** Changes a post wherever it is shown. */
export function changePost(client: QueryClient, id: string, change: (post: Post) => Post): void {
  whatWasFoundIsOld(client)
  client.setQueriesData<Pages>({ queryKey: ['posts'] }, (pages) =>
    pages && everyPage(pages, (posts) => posts.map((post) => (post.id === id ? change(post) : post))),
  )
  client.setQueryData<Post>(postKeys.one(id), (post) => post && change(post))
}

/** A post as it is shown, wherever that is. */
export function findPost(client: QueryClient, id: string): Post | undefined {
  const lists = client.getQueriesData<Pages>({ queryKey: ['posts'] }).flatMap(([, pages]) => pages?.pages ?? [])
  return client.getQueryData<Post>(postKeys.one(id)) ?? lists.flatMap((page) => page.posts).find((post) => post.id === id)
}

export function removePost(client: QueryClient, id: string): void {
  whatWasFoundIsOld(client)
  client.setQueriesData<Pages>({ queryKey: ['posts'] }, (pages) =>
    pages && everyPage(pages, (posts) => posts.filter((post) => post.id !== id)),
  )
  client.removeQueries({ queryKey: postKeys.one(id) })
}

/** Nothing of this person is shown any more. */
export function removePostsOf(client: QueryClient, authorId: string): void {
  client.setQueriesData<Pages>({ queryKey: ['posts'] }, (pages) => pages && everyPage(pages, (posts) => posts.filter((post) => post.authorId !== authorId)))
}

/** What was said of files on this page. The posts learn of it by an event, so one may be answered a moment too early. */
const said = new Map<string, string | null>()

/** A post with the newest words about its files. */
export function asDescribed(post: Post): Post {
  const media = post.media.map((file) => ({ ...file, altText: said.has(file.id) ? (said.get(file.id) ?? null) : file.altText }))
  return { ...post, media }
}

/** Somebody has said what a file of theirs shows: it is so in every post that is shown. */
export function fileWasDescribed(client: QueryClient, { id, altText }: { id: string; altText: string | null }): void {
  said.set(id, altText)
  const change = (post: Post) => (post.media.some((file) => file.id === id) ? asDescribed(post) : post)
  client.setQueriesData<Pages>({ queryKey: ['posts'] }, (pages) => pages && everyPage(pages, (posts) => posts.map(change)))
  client.setQueriesData<Post>({ queryKey: ['post'] }, (post) => post && change(post))
}

/** A list that is on its way may have been read before this was in it: then it is asked for anew. */
function put<List>(client: QueryClient, queryKey: QueryKey, change: (list: List | undefined) => List | undefined): void {
  const list = { queryKey, exact: true }
  if (client.isFetching(list) === 0) {
    client.setQueryData<List>(queryKey, change)
    return
  }
  void client.cancelQueries(list).then(() => {
    client.setQueryData<List>(queryKey, change)
    return client.refetchQueries(list)
  })
}

/** A post of one's own is there: at the top of the feed and of one's own posts. */
export function postWasWritten(client: QueryClient, written: Post): void {
  const post = asDescribed(written)
  for (const key of [postKeys.feed, postKeys.of(post.author.username)]) {
    put<Pages>(client, key, (pages) => {
      const [first, ...rest] = pages?.pages ?? []
      if (!pages || !first || pages.pages.some((page) => page.posts.some((other) => other.id === post.id))) return pages
      return { ...pages, pages: [{ ...first, posts: [post, ...first.posts] }, ...rest] }
    })
  }
  client.setQueryData(postKeys.one(post.id), post)
  void client.invalidateQueries({ queryKey: ['posts', 'explore'], refetchType: 'none' })
  void client.invalidateQueries({ queryKey: ['profile'], refetchType: 'none' })
}

export function commentWasWritten(client: QueryClient, comment: Comment): void {
  put<CommentPages>(client, postKeys.comments(comment.postId), (pages) => {
    const last = pages?.pages.at(-1)
    if (!pages || !last || pages.pages.some((page) => page.comments.some((other) => other.id === comment.id))) return pages
    const added = pages.pages.map((page) => ({
      ...page,
      total: page.total + 1,
      comments: page === last ? [...page.comments, comment] : page.comments,
    }))
    return { ...pages, pages: added }
  })
  changePost(client, comment.postId, (post) => ({ ...post, commentCount: post.commentCount + 1 }))
  // It stands below all that are shown, so perhaps out of sight.
  const see = { label: 'See it', run: () => document.getElementById(comment.id)?.focus() }
  toast.ok('Your comment is published', location.pathname === `/post/${comment.postId}` ? see : undefined)
}

/** A comment with other words takes the place of what it was. */
export function changeComment(client: QueryClient, comment: Comment): void {
  client.setQueryData<CommentPages>(postKeys.comments(comment.postId), (pages) =>
    pages && { ...pages, pages: pages.pages.map((page) => ({ ...page, comments: page.comments.map((other) => (other.id === comment.id ? comment : other)) })) },
  )
}

/** How a post looks once the asker reacts, before the server has said so. */
export function reacted(post: Post, next: Post['myReaction']): Post {
  const counts = { ...post.reactionCounts }
  if (post.myReaction) counts[post.myReaction] = Math.max(0, counts[post.myReaction] - 1)
  if (next) counts[next] += 1
  return { ...post, myReaction: next ?? null, reactionCounts: counts, likeCount: counts.like, isLikedByCurrentUser: next === 'like' }
}

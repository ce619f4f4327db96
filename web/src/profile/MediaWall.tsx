import { FileText, Play } from 'lucide-react'
import { Link } from 'react-router'
import { sized } from '@/lib/words'
import { Audio } from '@/posts/Audio'
import { Description } from '@/posts/Description'
import { usePostsOf } from '@/posts/hooks'
import { Empty, Skeleton } from '@/ui/bits'
import { ButtonLink } from '@/ui/Button'
import { Endless } from '@/ui/Endless'

/** Pictures, films, recordings and papers of somebody's posts, without the words. Each leads to its post. */
export default function MediaWall({ username, name, isMine }: { username: string; name: string; isMine: boolean }) {
  const query = usePostsOf(username, true)
  const pages = query.data?.pages ?? []
  const posts = pages.flatMap((page) => page.posts)
  // Pages in a row with words alone: of many not all are fetched unasked.
  const barren = pages.length - 1 - pages.findLastIndex((page) => page.posts.some((post) => post.media.length > 0))
  const found = posts.flatMap((post) => post.media.flatMap((media) => (media.url ? [{ ...media, url: media.url, post: post.id }] : [])))
  return (
    <>
      <h2 className="sr-only">Media</h2>
      <Endless
        query={query}
        what="media"
        isPaused={barren > 0 && barren % 3 === 0}
        isEmpty={found.length === 0 && !query.hasNextPage}
        skeleton={
          <div className="grid grid-cols-2 gap-1 sm:grid-cols-3">
            {[1, 2, 3, 4, 5, 6].map((one) => (
              <Skeleton key={one} className="aspect-square rounded-none" />
            ))}
          </div>
        }
        empty={
          <Empty title="No media yet" action={isMine ? <ButtonLink to="/new">Post a take</ButtonLink> : undefined}>
            {isMine ? 'Recordings, films and pictures of your posts are collected here.' : `Recordings, films and pictures that ${name} posts are collected here.`}
          </Empty>
        }
      >
        <ul role="list" className="grid grid-cols-2 gap-1 p-1 sm:grid-cols-3">
          {found.map((media) => {
            if (media.kind === 'audio') {
              return (
                <li key={media.id} className="col-span-full p-2 sm:p-3">
                  <figure className="grid grid-cols-1 gap-1.5">
                    <Audio url={media.url} label={`Recording by ${name}`} seconds={media.duration} />
                    <Description words={media.altText} />
                  </figure>
                </li>
              )
            }
            if (media.kind === 'document') {
              return (
                <li key={media.id} className="col-span-full p-2 sm:p-3">
                  <Link to={`/post/${media.post}`} className="flex items-center gap-3 rounded-xl border border-line bg-sunken/60 p-3 font-medium hover:border-line-strong">
                    <FileText aria-hidden="true" className="size-6 shrink-0 text-ink-3" />
                    <span className="min-w-0">
                      Document (PDF)
                      {media.altText && <span className="line-clamp-3 text-sm font-normal text-ink-2">{media.altText}</span>}
                    </span>
                  </Link>
                </li>
              )
            }
            return (
              <li key={media.id}>
                <Link
                  to={`/post/${media.post}`}
                  aria-label={`${media.kind === 'video' ? 'Film' : 'Picture'} in a post by ${name}${media.altText ? `: ${media.altText}` : ''}`}
                  className="relative block aspect-square overflow-hidden rounded-lg bg-sunken"
                >
                  {media.kind === 'video' ? (
                    <>
                      <video src={media.url} preload="metadata" muted playsInline tabIndex={-1} aria-hidden="true" className="size-full bg-black object-cover" />
                      <span aria-hidden="true" className="absolute inset-0 grid place-items-center">
                        <span className="grid size-12 place-items-center rounded-full bg-black/70 text-white">
                          <Play className="ml-0.5 size-5 fill-current" />
                        </span>
                      </span>
                    </>
                  ) : (
                    <img src={sized(media.url, 400)} alt={media.altText ?? ''} loading="lazy" decoding="async" className="size-full object-cover transition-transform duration-300 hover:scale-[1.03]" />
                  )}
                </Link>
              </li>
            )
          })}
        </ul>
      </Endless>
    </>
  )
}

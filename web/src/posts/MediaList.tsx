import { lazy, Suspense, useState } from 'react'
import { FileText } from 'lucide-react'
import type { Attachment, Post } from '@/api/types'
import { load } from '@/lib/chunk'
import { sized } from '@/lib/words'
import { useSession } from '@/session/SessionContext'
import { cx } from '@/ui/cx'
import { later } from '@/ui/later'
import { Audio } from './Audio'
import { Description } from './Description'

const Coming = lazy(() => load(() => import('./Coming')))
const Viewer = later(() => import('./Viewer'))

/** What is attached to a post. Every picture has its room before it comes. */
export function MediaList({ post, first }: { post: Post; first: boolean }) {
  const { account } = useSession()
  const [open, setOpen] = useState<number | null>(null)
  const whose = post.author.displayName
  // What is still being cleaned has no address yet.
  const media = post.media.filter(({ url }) => url)
  const images = media.filter((one) => one.kind === 'image')
  const shown = images.slice(0, 4)
  const single = shown.length === 1 ? shown[0] : undefined
  const documents = media.filter((one) => one.kind === 'document')

  return (
    <div className="mt-3 grid grid-cols-1 gap-2.5">
      {shown.length > 0 && (
        <div className={cx('grid gap-1 overflow-hidden rounded-xl', shown.length > 1 && 'grid-cols-2')}>
          {shown.map((image, index) => (
            <div
              key={image.id}
              style={{ aspectRatio: single ? ratio(single) : shown.length === 3 && index === 0 ? '8 / 4.5' : '4 / 3' }}
              className={cx('relative bg-sunken', single && 'max-h-[34rem]', shown.length === 3 && index === 0 && 'col-span-2')}
            >
              <button
                type="button"
                aria-label={`Open picture ${index + 1} of ${images.length}${image.altText ? `: ${image.altText}` : ''}`}
                className="absolute inset-0 focus-visible:-outline-offset-4"
                onClick={() => setOpen(index)}
              >
                <img src={sized(image.url, single ? 720 : 400)} alt={image.altText ?? ''} loading={first ? 'eager' : 'lazy'} fetchPriority={first ? 'high' : 'auto'} decoding="async" className="size-full object-cover" />
              </button>
              {/* On the button and not in it: whoever speaks to it says its name, and these words are no part of that. */}
              {image.altText && (
                <span aria-hidden="true" className="pointer-events-none absolute bottom-2 left-2 rounded-md bg-black/70 px-1.5 text-[0.6875rem] leading-5 font-bold tracking-wide text-white">
                  ALT
                </span>
              )}
              {index === 3 && images.length > 4 && (
                <span aria-hidden="true" className="pointer-events-none absolute inset-0 grid place-items-center bg-black/60 font-display text-3xl font-bold text-white">
                  +{images.length - 4}
                </span>
              )}
            </div>
          ))}
        </div>
      )}
      {media.map((one) => {
        if (!one.url) return null
        if (one.kind === 'audio') {
          return (
            <figure key={one.id} className="grid grid-cols-1 gap-1.5">
              <Audio url={one.url} label={`Recording by ${whose}`} seconds={one.duration} />
              <Description words={one.altText} />
            </figure>
          )
        }
        if (one.kind === 'video') {
          return (
            <figure key={one.id} className="grid grid-cols-1 gap-1.5">
              <video
                src={one.url}
                controls
                playsInline
                preload="metadata"
                aria-label={`Video by ${whose}`}
                style={{ aspectRatio: one.width && one.height ? `${one.width} / ${one.height}` : '16 / 9' }}
                className="max-h-[34rem] w-full rounded-xl bg-black"
              />
              <Description words={one.altText} />
            </figure>
          )
        }
        if (one.kind === 'document') {
          return (
            <a key={one.id} href={one.url} target="_blank" rel="noreferrer" className="flex items-center gap-3 rounded-xl border border-line bg-sunken/60 p-3 font-medium hover:border-line-strong">
              <FileText aria-hidden="true" className="size-6 shrink-0 text-ink-3" />
              <span className="min-w-0">
                Document {documents.length > 1 && `${documents.indexOf(one) + 1} `}(PDF)
                {one.altText && <span className="line-clamp-3 text-sm font-normal text-ink-2">{one.altText}</span>}
              </span>
            </a>
          )
        }
        return null
      })}
      {media.length < post.media.length && (
        <Suspense fallback={<div className="min-h-20 rounded-xl bg-sunken" />}>
          <Coming post={post} isMine={account?.id === post.authorId} />
        </Suspense>
      )}
      {open !== null && <Viewer images={images} start={open} whose={whose} onClose={() => setOpen(null)} />}
    </div>
  )
}

/** As it is, but neither a tower nor a ribbon. */
function ratio({ width, height }: Attachment): string {
  if (!width || !height) return '4 / 3'
  return String(Math.min(Math.max(width / height, 0.8), 2.4))
}

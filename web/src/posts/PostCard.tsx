import { useState, type ReactNode } from 'react'
import { Ellipsis, EyeOff, Flag, Link2, MessageCircle, Pencil, Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import type { Post } from '@/api/types'
import { short } from '@/lib/words'
import { useSession } from '@/session/SessionContext'
import { Avatar } from '@/ui/Avatar'
import { Time } from '@/ui/bits'
import { IconButton } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { later } from '@/ui/later'
import { Menu, MenuItem, MenuLine } from '@/ui/Menu'
import { toast } from '@/ui/toast'
import { cx } from '@/ui/cx'
import { useDeletePost } from './hooks'
import { MediaList } from './MediaList'
import { Reactions } from './Reactions'
import { visibilities } from './visibility'
import { Words } from './Words'

const EditPost = later(() => import('./EditPost'))
const Report = later(() => import('./Report'))

interface Props {
  post: Post
  /** On a page of its own. */
  alone?: boolean
  /** Beside the reactions, where it is alone. */
  aside?: ReactNode
  /** Among the first on its page: its pictures are not put off. */
  first?: boolean
  onRemoved?: () => void
}

export function PostCard({ post, alone = false, aside, first = alone, onRemoved }: Props) {
  const { author } = post
  const address = `/post/${post.id}`
  const { label, icon: Seen } = visibilities[post.visibility]
  return (
    <article aria-label={`Post by ${author.displayName}`} className={cx('px-4 pt-4 pb-2.5 sm:px-6 sm:pt-5', alone && 'sm:pt-6')}>
      <div className="flex items-start gap-3">
        <Link to={`/u/${author.username}`} tabIndex={-1} aria-hidden="true" className="rounded-full">
          <Avatar name={author.displayName} url={author.avatarUrl} size={alone ? 'm' : 's'} />
        </Link>
        <div className="min-w-0 flex-1">
          <div className="flex items-start justify-between gap-2">
            <div className="min-w-0 leading-snug">
              <Link to={`/u/${author.username}`} className="font-semibold hover:underline">
                {author.displayName}
              </Link>
              {/* One line or the next, and never a sign alone: the dot that would begin a line is cut off with the edge. */}
              <p className="flex flex-wrap items-center overflow-x-clip text-sm text-ink-3">
                <span className="mr-4 truncate">@{author.username}</span>
                <span className="-ml-2.5 inline-flex items-center gap-x-1.5 whitespace-nowrap">
                  <span aria-hidden="true" className="w-1">
                    ·
                  </span>
                  <Link to={address} className="hover:underline">
                    <Time at={post.createdAt} />
                  </Link>
                  {post.editedAt && <span>· edited</span>}
                  <span aria-hidden="true">·</span>
                  <span className="inline-flex items-center gap-1" title={`Seen by: ${label}`}>
                    <Seen aria-hidden="true" className="size-3.5" />
                    <span className={cx(post.visibility === 'public' && 'sr-only')}>{label}</span>
                  </span>
                </span>
              </p>
            </div>
            <More post={post} onRemoved={onRemoved} />
          </div>
        </div>
      </div>
      <div className={alone ? 'mt-4' : 'mt-2.5 sm:ml-13'}>
        {post.state === 'hidden' && (
          <p className="mb-3 flex items-center gap-2.5 rounded-xl bg-danger-soft px-3.5 py-2.5 text-[0.9375rem] font-medium text-danger">
            <EyeOff aria-hidden="true" className="size-4.5 shrink-0" />
            Hidden by a moderator. Nobody sees it but its author and moderators.
          </p>
        )}
        <p className={cx('max-w-[68ch] whitespace-pre-wrap', alone ? 'text-lg leading-relaxed' : 'text-[1.0625rem]')}>
          <Words text={post.content} />
        </p>
        {post.media.length > 0 && <MediaList post={post} first={first} />}
        {post.tags.length > 0 && (
          <ul aria-label="Tags" className="mt-3 flex flex-wrap gap-x-3 gap-y-1">
            {post.tags.map((tag) => (
              <li key={tag}>
                <Link to={`/explore?tag=${encodeURIComponent(tag)}`} className="font-script text-[0.9375rem] text-ink-2 hover:text-ink hover:underline">
                  #{tag}
                </Link>
              </li>
            ))}
          </ul>
        )}
        <div className="mt-2.5 flex flex-wrap items-center justify-between gap-x-2">
          <Reactions post={post} />
          {alone ? (
            aside
          ) : (
            <Link
              to={address}
              aria-label={`Comments, ${post.commentCount}`}
              title="Comments"
              className="inline-flex h-9 items-center gap-1.5 rounded-full px-2.5 text-sm text-ink-2 tabular-nums hover:bg-sunken hover:text-ink"
            >
              <MessageCircle aria-hidden="true" className="size-4.5" />
              {post.commentCount > 0 && short(post.commentCount)}
            </Link>
          )}
        </div>
      </div>
    </article>
  )
}

function More({ post, onRemoved }: { post: Post; onRemoved: (() => void) | undefined }) {
  const { account } = useSession()
  const [open, setOpen] = useState<'delete' | 'edit' | 'report' | null>(null)
  const { mutate: remove, isPending } = useDeletePost(post.id)
  const isMine = account?.id === post.authorId
  const close = () => setOpen(null)
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(`/post/${post.id}`, location.origin).href)
    toast.ok('The address is copied')
  }
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More" className="-mt-1.5 -mr-2">
            <Ellipsis aria-hidden="true" className="size-5" />
          </IconButton>
        }
      >
        <MenuItem icon={<Link2 className="size-4.5" />} onSelect={() => void copy().catch(() => toast.bad('The address could not be copied'))}>
          Copy the address
        </MenuItem>
        {isMine && (
          <>
            <MenuItem icon={<Pencil className="size-4.5" />} onSelect={() => setOpen('edit')}>
              Edit
            </MenuItem>
            <MenuLine />
            <MenuItem danger icon={<Trash2 className="size-4.5" />} onSelect={() => setOpen('delete')}>
              Delete
            </MenuItem>
          </>
        )}
        {account && !isMine && (
          <>
            <MenuLine />
            <MenuItem icon={<Flag className="size-4.5" />} onSelect={() => setOpen('report')}>
              Report
            </MenuItem>
          </>
        )}
      </Menu>
      {open === 'delete' && (
        <Confirm
          title="Delete this post?"
          action="Delete"
          busy={isPending}
          onClose={close}
          onConfirm={() =>
            remove(undefined, {
              onSuccess: () => {
                close()
                onRemoved?.()
              },
            })
          }
        >
          It goes with its comments and reactions, everywhere and for good.
        </Confirm>
      )}
      {isMine && open === 'edit' && <EditPost post={post} onClose={close} />}
      {account && open === 'report' && <Report postId={post.id} onClose={close} />}
    </>
  )
}

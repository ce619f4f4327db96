import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Avatar } from '@/ui/Avatar'
import { Skeleton } from '@/ui/bits'

interface Props {
  username: string
  displayName: string
  avatarUrl?: string | null | undefined
  detail?: ReactNode
  children?: ReactNode
}

export function PersonRow({ username, displayName, avatarUrl, detail, children }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3.5 sm:px-6">
      <Link to={`/u/${username}`} className="group flex min-w-0 flex-1 basis-52 items-center gap-3 rounded-lg">
        <Avatar name={displayName} url={avatarUrl} size="m" />
        <span className="min-w-0 leading-snug">
          <span className="block truncate font-semibold group-hover:underline">{displayName}</span>
          {/* One line or the next: the dot that would begin a line is cut off with the edge. */}
          <span className="flex flex-wrap overflow-x-clip text-sm text-ink-3">
            <span className="mr-4 truncate">@{username}</span>
            {detail && (
              <span className="-ml-2.5 flex max-w-[calc(100%+0.625rem)] min-w-0 gap-x-1.5">
                <span aria-hidden="true" className="w-1 shrink-0">
                  ·
                </span>
                <span className="truncate">{detail}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </div>
  )
}

export function PersonSkeletons({ count = 6 }: { count?: number }) {
  return (
    <div className="divide-y divide-line">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex items-center gap-3 px-4 py-3.5 sm:px-6">
          <Skeleton className="size-12 rounded-full" />
          <div className="grid gap-2">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3 w-28" />
          </div>
        </div>
      ))}
    </div>
  )
}

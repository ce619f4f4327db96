import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import { visibilities } from '@/posts/visibility'
import { Chip, Skeleton, Time } from '@/ui/bits'
import { Dialog } from '@/ui/Dialog'
import { Endless } from '@/ui/Endless'

const changes: Record<string, string> = { published: 'Published', edited: 'Edited', hidden: 'Hidden', restored: 'Restored', removed: 'Removed' }

/** What a post said before each change, and who changed it. */
export default function History({ postId, onClose }: { postId: string; onClose: () => void }) {
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['history', postId],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/moderation/posts/{id}/history', { params: { path: { id: postId }, query: { cursor } } })),
    staleTime: 0,
  })
  const versions = query.data?.pages.flatMap((page) => page.history) ?? []
  return (
    <Dialog title="History of the post" onClose={onClose} wide>
      <Endless query={query} what="versions" skeleton={<Skeleton className="h-40" />} isEmpty={versions.length === 0} empty={<p className="text-ink-2">Nothing is known about it.</p>}>
        <ol role="list" className="grid gap-5">
          {versions.map((version) => (
            <li key={version.version} className="border-l-4 border-line pl-4">
              <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-3">
                <Chip className="font-semibold text-ink">{changes[version.change] ?? version.change}</Chip>
                <Time at={version.at} /> by @{version.by.username} · {visibilities[version.visibility].label}
              </p>
              {version.reason && <p className="mt-1 text-sm">Because: {version.reason}</p>}
              <p className="mt-1.5 max-w-[65ch] whitespace-pre-wrap text-ink-2">{version.content}</p>
              {version.tags.length > 0 && <p className="mt-1 font-script text-sm text-ink-3">{version.tags.map((tag) => `#${tag}`).join(' ')}</p>}
            </li>
          ))}
        </ol>
      </Endless>
    </Dialog>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { Dialog } from '@/ui/Dialog'
import { Endless } from '@/ui/Endless'
import { reactionLabels } from './reactionLabels'

/** Who reacted to a post, and how. */
export default function ReactedDialog({ postId, onClose }: { postId: string; onClose: () => void }) {
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['reactions', postId],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/posts/{id}/reactions', { params: { path: { id: postId }, query: { limit: 30, cursor } } })),
    staleTime: 0,
  })
  const reactions = query.data?.pages.flatMap((page) => page.reactions) ?? []
  return (
    <Dialog title="Who reacted" onClose={onClose}>
      {/* A link inside of it leads away. */}
      <div className="-mx-5 sm:-mx-6">
        <Endless query={query} what="reactions" skeleton={<PersonSkeletons count={4} />} isEmpty={reactions.length === 0} empty={<p className="px-6 py-8 text-center text-ink-3">Nobody yet.</p>}>
          <ul role="list" className="divide-y divide-line">
            {reactions.map(({ user, type }) => (
              <li key={user.id}>
                <PersonRow {...user} detail={reactionLabels[type]} />
              </li>
            ))}
          </ul>
        </Endless>
      </div>
    </Dialog>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import type { Post } from '@/api/types'
import { toast } from '@/ui/toast'
import { Suspend, type Sentence } from './Suspend'

/** From a report: its post's author is suspended. The report itself is still to be resolved. */
export default function SuspendAuthor({ author, onClose }: { author: Post['author']; onClose: () => void }) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: Sentence) => answer(api.POST('/api/admin/accounts/{id}/suspend', { params: { path: { id: author.id } }, body })),
    onSuccess: ({ message }) => {
      toast.ok(message)
      for (const key of ['accounts', 'audit', 'reports']) void client.invalidateQueries({ queryKey: [key] })
      onClose()
    },
  })
  return <Suspend name={author.displayName} busy={isPending} error={error} onSay={mutate} onClose={onClose} />
}

import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { onceKey } from '@/lib/once'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError } from '@/ui/Field'
import { toast } from '@/ui/toast'

/** A reason is a short text; these are the ones that moderators will read most. */
const reasons = ['Spam or a scam', 'Harassment', 'Hate', 'Violence or threats', 'Sexual content', 'Somebody else’s work', 'Pretends to be somebody else', 'Something else']

export default function Report({ postId, onClose }: { postId: string; onClose: () => void }) {
  const [reason, setReason] = useState<string | null>(null)
  const [description, setDescription] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (chosen: string) => {
      const body = description.trim() ? { reason: chosen, description: description.trim() } : { reason: chosen }
      const { key, settled } = onceKey(`report.${postId}`, body)
      await answer(api.POST('/api/posts/{id}/report', { params: { path: { id: postId }, header: { 'Idempotency-Key': key } }, body }))
      settled()
    },
    onSuccess: () => {
      toast.ok('Thank you. Somebody will look at it.')
      onClose()
    },
  })
  return (
    <Dialog title="Report this post" onClose={onClose}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason) mutate(reason)
        }}
      >
        <fieldset>
          <legend className="mb-2 text-sm text-ink-2">A moderator reads it. Its author does not learn who reported it.</legend>
          <div className="grid gap-1">
            {reasons.map((one) => (
              <label key={one} className="flex min-h-10 items-center gap-3 rounded-lg px-2 hover:bg-sunken">
                <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setReason(one)} className="size-4.5 accent-link" />
                {one}
              </label>
            ))}
          </div>
        </fieldset>
        <AreaField label="What should we know? (optional)" value={description} maxLength={2000} className="min-h-20" onChange={(event) => setDescription(event.target.value)} />
        <FormError>{error ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!reason} busy={isPending}>
            Report
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

import { useMutation } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { useDraft } from '@/lib/drafts'
import { onceKey } from '@/lib/once'
import { useAccount } from '@/session/SessionContext'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { AreaField, FormError } from '@/ui/Field'
import { toast } from '@/ui/toast'

/** A reason is a short text; these are the ones that moderators will read most. */
const reasons = ['Spam or a scam', 'Harassment', 'Hate', 'Violence or threats', 'Sexual content', 'Somebody else’s work', 'Pretends to be somebody else', 'Something else']

const beginning = { reason: '', description: '' }

export default function Report({ postId, onClose }: { postId: string; onClose: () => void }) {
  const account = useAccount()
  const [draft, setDraft, forget] = useDraft(`report.${account.id}.${postId}`, beginning)
  const { reason, description } = draft
  const close = () => {
    forget()
    onClose()
  }
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (chosen: string) => {
      const body = description.trim() ? { reason: chosen, description: description.trim() } : { reason: chosen }
      const { key, settled } = onceKey(`report.${postId}`, body)
      await answer(api.POST('/api/posts/{id}/report', { params: { path: { id: postId }, header: { 'Idempotency-Key': key } }, body }))
      settled()
    },
    onSuccess: () => {
      toast.ok('Thank you. Somebody will look at it.')
      close()
    },
  })
  return (
    <Dialog title="Report this post" onClose={close} isChanged={description !== ''}>
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
                <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setDraft({ ...draft, reason: one })} className="size-4.5 accent-link" />
                {one}
              </label>
            ))}
          </div>
        </fieldset>
        <AreaField label="What should we know? (optional)" value={description} maxLength={2000} className="min-h-20" onChange={(event) => setDraft({ ...draft, description: event.target.value })} />
        <FormError>{error ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
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

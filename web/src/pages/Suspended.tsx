import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useNavigate } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError, inWords } from '@/api/errors'
import { megabytes } from '@/upload/limits'
import { Button, looksLikeButton } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { FormError } from '@/ui/Field'

interface Claim {
  email: string
  password: string
  twoFactorCode?: string
}

/** What somebody who is suspended may still do, by what they typed to log in: there is no session to do it with. */
export function Suspended({ claim, onCodeAsked }: { claim: Claim; onCodeAsked: () => void }) {
  const [isSure, setIsSure] = useState(false)
  const navigate = useNavigate()
  const refused = (error: unknown) => {
    setIsSure(false)
    if (error instanceof ApiError && error.code === 'TWO_FACTOR_REQUIRED') onCodeAsked()
  }
  // Asked again within an hour, it is the same one: so whoever asks again learns whether it is there.
  const copy = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/suspended/export', { body: claim })),
    onError: refused,
  })
  const leave = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/suspended/delete', { body: claim })),
    // Behind the `#`, as it is a secret: what stands there is sent to nobody.
    onSuccess: ({ receiptUrl }) => navigate(`/deletion#${receiptUrl.split('/').at(-1) ?? ''}`, { replace: true }),
    onError: refused,
  })
  const error = copy.error ?? leave.error
  return (
    <section aria-label="While you are suspended" className="grid gap-4 border-t border-line pt-5">
      <p className="text-ink-2">What Joint keeps about you stays yours: take a copy along, or have all of it deleted.</p>
      <div aria-live="polite" className="grid gap-3">
        {copy.data?.url ? (
          <a href={copy.data.url} className={looksLikeButton('primary')}>
            <Download aria-hidden="true" className="size-4.5" />
            Download the archive{copy.data.size !== null && ` (${megabytes(copy.data.size)})`}
          </a>
        ) : (
          <>
            {copy.data && <p className="font-medium">It is being put together. Look again in a minute.</p>}
            <Button type="button" look="plain" busy={copy.isPending} onClick={() => copy.mutate()}>
              {copy.data ? 'Look again' : 'A copy of everything'}
            </Button>
          </>
        )}
        <FormError>{error ? inWords(error) : null}</FormError>
      </div>
      <Button type="button" look="danger" onClick={() => setIsSure(true)}>
        Delete my account
      </Button>
      {isSure && (
        <Dialog title="Delete everything?" onClose={() => setIsSure(false)}>
          <p className="mb-4 text-ink-2">Every part of Joint erases what it keeps about you, and confirms it on a receipt that you can read for 30 days. It cannot be undone.</p>
          <div className="flex justify-end gap-3">
            <Button type="button" look="quiet" onClick={() => setIsSure(false)}>
              Keep it
            </Button>
            <Button type="button" look="final" busy={leave.isPending} onClick={() => leave.mutate()}>
              Delete it for good
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  )
}

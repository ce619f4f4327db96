import { useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { answer, api } from '@/api/client'
import { ApiError, inWords } from '@/api/errors'
import { read, write } from '@/lib/storage'
import { exactly } from '@/lib/time'
import { useAccount, useSession } from '@/session/SessionContext'
import { megabytes } from '@/upload/limits'
import { Time } from '@/ui/bits'
import { Button, looksLikeButton, Spinner } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { toast } from '@/ui/toast'
import { Card } from './Card'
import { FieldsForm } from './FieldsForm'

export default function Data() {
  const account = useAccount()
  return (
    <>
      <Export account={account.id} />
      <Deletion username={account.username} />
    </>
  )
}

function Export({ account }: { account: string }) {
  const place = `joint.export.${account}`
  const [id, setId] = useState<string | null>(() => read<string>(place))
  const client = useQueryClient()
  const ask = useMutation({
    // Asked again within an hour, it is the same one.
    mutationFn: () => answer(api.POST('/api/auth/account/export')),
    onSuccess: (asked) => {
      write(place, asked.id)
      client.setQueryData(['export', asked.id], asked)
      setId(asked.id)
    },
    onError: (error) => toast.bad(inWords(error)),
  })
  const { data, error } = useQuery({
    queryKey: ['export', id],
    queryFn: () => answer(api.GET('/api/auth/account/export/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
    staleTime: 0,
    // In the background nothing is asked, and an address grows old.
    refetchOnWindowFocus: 'always',
    // An address is good for a quarter of an hour; a page that stays open asks for the next one before.
    refetchInterval: (query) => (query.state.data?.status === 'preparing' ? 1500 : query.state.data?.status === 'ready' ? 10 * 60_000 : false),
    retry: (failures, refused) => failures < 4 && refused instanceof ApiError && refused.isPassing,
  })
  const again = (
    <Button look="plain" busy={ask.isPending} onClick={() => ask.mutate()}>
      {data ? 'Put a new one together' : 'Put it together'}
    </Button>
  )
  return (
    <Card title="A copy of everything" lead="One archive with all that Joint keeps about you: profile, posts, comments, reactions, files, people and sessions.">
      <div aria-live="polite" className="grid justify-items-start gap-4">
        {data?.url ? (
          <>
            <a href={data.url} className={looksLikeButton('primary')}>
              <Download aria-hidden="true" className="size-4.5" />
              Download the archive{data.size !== null && ` (${megabytes(data.size)})`}
            </a>
            <p className="text-sm text-ink-3">
              Put together <Time at={data.requestedAt} />
              {data.expiresAt && <>; it is kept until {exactly(data.expiresAt)}</>}.
            </p>
            {again}
          </>
        ) : data?.status === 'preparing' && !error ? (
          <p className="flex items-center gap-3 font-medium">
            <Spinner /> It is being put together. You can leave this page.
          </p>
        ) : (
          <>
            {data?.status === 'expired' && <p className="text-ink-2">The archive of before is deleted: it is kept for a while only.</p>}
            {again}
          </>
        )}
      </div>
    </Card>
  )
}

function Deletion({ username }: { username: string }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const { erased } = useSession()
  return (
    <Card title="Delete the account" lead="Your profile, posts, comments, reactions, files and connections are erased. It cannot be undone.">
      <Button look="danger" onClick={() => setOpen(true)}>
        Delete my account
      </Button>
      {open && (
        <Dialog title="Delete everything?" onClose={() => setOpen(false)}>
          <p className="mb-4 text-ink-2">Every part of Joint erases what it keeps about you, and confirms it on a receipt that you can read for 30 days.</p>
          <label className="mb-4 block text-sm font-semibold">
            Type <strong className="font-script">{username}</strong> to go on
            <input value={typed} autoCapitalize="none" autoComplete="off" className="mt-1.5 min-h-11 w-full rounded-[10px] border border-line-strong bg-surface px-3.5 font-script font-normal" onChange={(event) => setTyped(event.target.value)} />
          </label>
          {typed !== username && (
            <div className="flex justify-end">
              <Button look="quiet" onClick={() => setOpen(false)}>
                Keep it
              </Button>
            </div>
          )}
          {typed === username && (
            <FieldsForm
              label="Delete the account"
              action="Delete it for good"
              look="final"
              fields={[{ name: 'password', label: 'Password', kind: 'current-password' }]}
              send={async ({ password = '' }) => {
                const { receiptUrl } = await answer(api.DELETE('/api/auth/account', { body: { password } }))
                // Behind the `#`, as it is a secret: what stands there is sent to nobody.
                erased(`/deletion#${receiptUrl.split('/').at(-1) ?? ''}`)
                return null
              }}
            />
          )}
        </Dialog>
      )}
    </Card>
  )
}

import { useState } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useNavigate } from 'react-router'
import { coming } from '@/api/coming'
import { inWords } from '@/api/errors'
import { onceKey } from '@/lib/once'
import { read, write } from '@/lib/storage'
import { client } from '@/queries'
import { meKey, useAccount } from '@/session/SessionContext'
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
  const ask = useMutation({
    mutationFn: async () => {
      const { key, settled } = onceKey('export', {})
      const asked = await coming.askForExport({ 'Idempotency-Key': key })
      settled()
      return asked.id
    },
    onSuccess: (asked) => {
      write(place, asked)
      setId(asked)
    },
    onError: (error) => toast.bad(inWords(error)),
  })
  const { data, error } = useQuery({
    queryKey: ['export', id],
    queryFn: () => coming.exportOf(id ?? ''),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data?.url || query.state.error ? false : 2000),
    retry: false,
  })
  return (
    <Card title="A copy of everything" lead="One archive with all that Joint keeps about you: profile, posts, comments, reactions, files, people and sessions.">
      <div aria-live="polite">
        {data?.url ? (
          <a href={data.url} className={looksLikeButton('primary')}>
            <Download aria-hidden="true" className="size-4.5" />
            Download the archive
          </a>
        ) : id && !error ? (
          <p className="flex items-center gap-3 font-medium">
            <Spinner /> It is being put together. You can leave this page.
          </p>
        ) : (
          <Button look="plain" busy={ask.isPending} onClick={() => ask.mutate()}>
            Put it together
          </Button>
        )}
      </div>
    </Card>
  )
}

function Deletion({ username }: { username: string }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const navigate = useNavigate()
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
          {typed === username && (
            <FieldsForm
              label="Delete the account"
              action="Delete it for good"
              look="danger"
              fields={[{ name: 'password', label: 'Password', kind: 'current-password' }]}
              send={async ({ password = '' }) => {
                const { receiptUrl } = await coming.deleteAccount(password)
                client.clear()
                client.setQueryData(meKey, null)
                await navigate(`/deletion?receipt=${encodeURIComponent(receiptUrl)}`, { replace: true })
                return null
              }}
            />
          )}
        </Dialog>
      )}
    </Card>
  )
}

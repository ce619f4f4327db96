import { useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { coming, type AdminAccount } from '@/api/coming'
import { inWords } from '@/api/errors'
import { useSettled } from '@/search/hooks'
import { useAccount } from '@/session/SessionContext'
import { Sheet } from '@/shell/Columns'
import { exactly, monthOf } from '@/lib/time'
import { useTitle } from '@/lib/useTitle'
import { PersonSkeletons } from '@/people/PersonRow'
import { Empty } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { TextField } from '@/ui/Field'
import { toast } from '@/ui/toast'
import { ReasonDialog } from './ReasonDialog'
import { StaffPage } from './StaffPage'

export default function Accounts() {
  useTitle('Accounts')
  const [typed, setTyped] = useState('')
  const q = useSettled(typed.trim(), 250)
  const query = useInfiniteQuery({
    queryKey: ['accounts', q],
    queryFn: ({ pageParam }) => coming.accounts(q, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    retry: false,
  })
  const accounts = query.data?.pages.flatMap((page) => page.accounts) ?? []
  return (
    <StaffPage place="The company office" title="Accounts">
      <div className="mb-4 max-w-md">
        <TextField label="Find an account" type="search" placeholder="User name, whole address or id" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
      <Sheet>
        <Endless query={query} what="accounts" skeleton={<PersonSkeletons />} isEmpty={accounts.length === 0} empty={<Empty title="Nobody found">Type the beginning of a user name, a whole e-mail address, or an id.</Empty>}>
          <ul role="list" className="divide-y divide-line">
            {accounts.map((account) => (
              <li key={account.id}>
                <One account={account} />
              </li>
            ))}
          </ul>
        </Endless>
      </Sheet>
    </StaffPage>
  )
}

function One({ account }: { account: AdminAccount }) {
  const me = useAccount()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const { mutate, isPending } = useMutation({
    mutationFn: (deed: { suspend: string } | { role: AdminAccount['role'] } | 'restore') => {
      if (deed === 'restore') return coming.restoreAccount(account.id)
      return 'suspend' in deed ? coming.suspend(account.id, deed.suspend) : coming.setRole(account.id, deed.role)
    },
    onSuccess: ({ message }) => toast.ok(message),
    onError: (error) => toast.bad(inWords(error)),
    onSettled: () => {
      setAsking(false)
      void client.invalidateQueries({ queryKey: ['accounts'] })
    },
  })
  const { suspension } = account
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5 sm:px-6">
      <div className="min-w-0 flex-1 basis-60 leading-snug">
        <p className="font-semibold">
          {account.displayName} <span className="font-normal text-ink-3">@{account.username}</span>
        </p>
        <p className="text-sm text-ink-3">
          since {monthOf(account.createdAt)}
          {!account.emailVerified && ' · address not confirmed'}
          {account.state === 'deleted' && ' · deleted'}
        </p>
        {suspension && (
          <p className="text-sm font-semibold text-danger">
            Suspended{suspension.until ? ` until ${exactly(suspension.until)}` : ''}: {suspension.reason}
          </p>
        )}
      </div>
      <label className="text-sm">
        <span className="sr-only">Role of {account.displayName}</span>
        <select
          value={account.role}
          disabled={account.id === me.id || isPending}
          className="min-h-10 rounded-lg border border-line-strong bg-surface px-2"
          onChange={(event) => mutate({ role: event.target.value as AdminAccount['role'] })}
        >
          <option value="member">Member</option>
          <option value="moderator">Moderator</option>
          <option value="admin">Admin</option>
        </select>
      </label>
      {account.id !== me.id &&
        account.state !== 'deleted' &&
        (suspension ? (
          <Button size="small" look="plain" busy={isPending} aria-label={`Restore ${account.displayName}`} onClick={() => mutate('restore')}>
            Restore
          </Button>
        ) : (
          <Button size="small" look="danger" aria-label={`Suspend ${account.displayName}`} onClick={() => setAsking(true)}>
            Suspend
          </Button>
        ))}
      {asking && (
        <ReasonDialog
          title={`Suspend ${account.displayName}?`}
          lead="All sessions end at once, and nobody else sees what they wrote until they are restored."
          label="Why"
          needed
          action="Suspend"
          busy={isPending}
          onSay={(suspend) => mutate({ suspend })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

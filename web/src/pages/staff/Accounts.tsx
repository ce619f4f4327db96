import { useEffect, useState } from 'react'
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from 'react-router'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { paged } from '@/api/paged'
import type { OverseenAccount, Role } from '@/api/types'
import { useSettled } from '@/search/hooks'
import { useAccount } from '@/session/SessionContext'
import { Sheet } from '@/shell/Columns'
import { exactly, monthOf } from '@/lib/time'
import { useTitle } from '@/lib/useTitle'
import { PersonSkeletons } from '@/people/PersonRow'
import { Chip, Empty } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { TextField } from '@/ui/Field'
import { toast } from '@/ui/toast'
import { GiveRole, roles } from './GiveRole'
import { StaffPage } from './StaffPage'
import { Suspend, type Sentence } from './Suspend'

export default function Accounts() {
  useTitle('Accounts')
  // Beside the address, so that whoever looks at a profile and comes back finds the same list; in it, as it may be an e-mail
  // address, others could read it.
  const { state } = useLocation() as { state: { q?: string } | null }
  const navigate = useNavigate()
  const [typed, setTyped] = useState(state?.q ?? '')
  const q = useSettled(typed.trim(), 250)
  // For when one comes back; not with each letter, of which some browsers take a hundred.
  useEffect(() => {
    void navigate('.', { replace: true, preventScrollReset: true, state: { q } })
  }, [navigate, q])
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['accounts', q],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/admin/accounts', { params: { query: { cursor, ...(q ? { q } : {}) } } })),
    staleTime: 10_000,
    // While the next letters are typed, what is there stays.
    placeholderData: keepPreviousData,
  })
  const accounts = query.data?.pages.flatMap((page) => page.accounts) ?? []
  return (
    <StaffPage place="The company office" title="Accounts">
      <div className="mb-5 max-w-md px-4 sm:px-1">
        <TextField
          label="Find an account"
          type="search"
          autoCapitalize="none"
          spellCheck={false}
          hint="The beginning of a user name, a whole e-mail address, or an id."
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <h2 className="sr-only">{q ? 'Found' : 'All accounts, the newest first'}</h2>
      <Sheet>
        <Endless query={query} what="accounts" skeleton={<PersonSkeletons />} isEmpty={accounts.length === 0} empty={<Empty title="Nobody found">An e-mail address is found only as a whole.</Empty>}>
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

type Deed = { kind: 'suspend'; sentence: Sentence } | { kind: 'restore' } | { kind: 'role'; role: Role }

function One({ account }: { account: OverseenAccount }) {
  const me = useAccount()
  const client = useQueryClient()
  const [open, setOpen] = useState<'suspend' | 'role' | null>(null)
  const params = { path: { id: account.id } }
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: (deed: Deed) => {
      switch (deed.kind) {
        case 'suspend':
          return answer(api.POST('/api/admin/accounts/{id}/suspend', { params, body: deed.sentence }))
        case 'restore':
          return answer(api.POST('/api/admin/accounts/{id}/restore', { params }))
        case 'role':
          return answer(api.POST('/api/admin/accounts/{id}/role', { params, body: { role: deed.role } }))
      }
    },
    onSuccess: ({ message }) => {
      toast.ok(message)
      setOpen(null)
    },
    // What was typed stays, with what is wrong beside it; a button alone says it at the edge.
    onError: (refused) => open ?? toast.bad(inWords(refused)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['accounts'] })
      void client.invalidateQueries({ queryKey: ['audit'] })
    },
  })
  const ask = (what: typeof open) => {
    reset()
    setOpen(what)
  }
  const { suspension } = account
  const isMe = account.id === me.id
  const isGone = account.state === 'deleted'
  return (
    <article aria-label={account.displayName} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5 sm:px-6">
      <div className="min-w-0 flex-1 basis-60 leading-snug">
        <p className="flex flex-wrap items-center gap-x-2">
          {isGone ? (
            <span className="font-semibold">{account.displayName}</span>
          ) : (
            <Link to={`/u/${account.username}`} className="font-semibold hover:underline">
              {account.displayName}
            </Link>
          )}
          <span className="text-ink-3">@{account.username}</span>
          {account.role !== 'member' && !isGone && <span className="rounded-md bg-marker px-2 py-0.5 text-sm font-semibold text-on-marker">{roles[account.role].label}</span>}
          {isMe && <Chip>You</Chip>}
          {isGone && <Chip>Deleted</Chip>}
        </p>
        <p className="text-sm text-ink-3">
          since {monthOf(account.createdAt)}
          {!account.emailVerified && !isGone && ' · address not confirmed'}
        </p>
        {suspension && (
          <p className="mt-0.5 text-sm font-semibold text-danger">
            Suspended{suspension.until ? ` until ${exactly(suspension.until)}` : ''}: {suspension.reason}
          </p>
        )}
      </div>
      {!isMe && !isGone && (
        <div className="flex gap-2">
          <Button size="small" look="plain" aria-label={`Change the role of ${account.displayName}`} onClick={() => ask('role')}>
            Role
          </Button>
          {suspension ? (
            <Button size="small" look="plain" busy={isPending} aria-label={`Restore ${account.displayName}`} onClick={() => mutate({ kind: 'restore' })}>
              Restore
            </Button>
          ) : (
            <Button size="small" look="danger" aria-label={`Suspend ${account.displayName}`} onClick={() => ask('suspend')}>
              Suspend
            </Button>
          )}
        </div>
      )}
      {open === 'suspend' && <Suspend name={account.displayName} busy={isPending} error={error} onSay={(sentence) => mutate({ kind: 'suspend', sentence })} onClose={() => setOpen(null)} />}
      {open === 'role' && <GiveRole name={account.displayName} now={account.role} busy={isPending} error={error} onSay={(role) => mutate({ kind: 'role', role })} onClose={() => setOpen(null)} />}
    </article>
  )
}

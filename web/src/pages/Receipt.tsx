import { useQuery } from '@tanstack/react-query'
import { CircleCheck, Copy } from 'lucide-react'
import { useLocation } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError } from '@/api/errors'
import { exactly } from '@/lib/time'
import { useTitle } from '@/lib/useTitle'
import { Door } from '@/shell/Door'
import { Loading, Skeleton, Time } from '@/ui/bits'
import { Button, ButtonLink, Spinner } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import { toast } from '@/ui/toast'

/** What each part of Joint keeps, in words for whoever does not know its parts. */
const parts: Record<string, string> = {
  identity: 'Account, sessions and mail',
  profile: 'Profile, credits and links',
  content: 'Posts, comments and reactions',
  media: 'Files',
  'social-graph': 'People you were in touch with',
  'search-indexer': 'What search knew',
  orchestrator: 'What operators had noted',
}

/** After an account was deleted: its receipt, whose secret stands behind the `#`. */
export default function Receipt() {
  useTitle('Deleted')
  const token = useLocation().hash.slice(1)
  const { data, error, refetch } = useQuery({
    queryKey: ['receipt', token],
    queryFn: () => answer(api.GET('/api/auth/account/receipts/{token}', { params: { path: { token } } })),
    enabled: token !== '',
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.status === 'erasing' ? 1500 : false),
  })
  if (token === '' || (error instanceof ApiError && error.status === 404)) {
    return (
      <Door place="The empty stage" title="No receipt here" lead="A receipt is read at the whole address that was shown when the account was deleted, for 30 days.">
        <ButtonLink to="/">Go home</ButtonLink>
      </Door>
    )
  }
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    toast.ok('The address is copied')
  }
  return (
    <Door place="The empty stage" title="Goodbye" lead="Your account is deleted. Each part of Joint erases what it kept about you, and confirms it here.">
      {data ? (
        <>
          <p role="status" className="mb-3 flex items-center gap-2.5 font-semibold">
            {data.status === 'erased' ? <CircleCheck aria-hidden="true" className="size-5 text-ok" /> : <Spinner />}
            {data.status === 'erased' ? 'Everything is erased.' : 'It is being erased.'}
          </p>
          <ul role="list" className="divide-y divide-line border-y border-line">
            {data.services.map(({ name, confirmedAt }) => (
              <li key={name} className="flex items-center justify-between gap-4 py-2.5">
                <span>{parts[name] ?? name}</span>
                <span className="text-sm text-ink-3">{confirmedAt ? <>erased <Time at={confirmedAt} /></> : 'under way'}</span>
              </li>
            ))}
          </ul>
          <p className="mt-5 text-ink-2">This page can be read until {exactly(data.readableUntil)}, by whoever has its address. Keep it if you want to.</p>
          <Button look="plain" size="small" className="mt-3" onClick={() => void copy().catch(() => toast.bad('It could not be copied'))}>
            <Copy aria-hidden="true" className="size-4" />
            Copy its address
          </Button>
        </>
      ) : error ? (
        <Trouble error={error} again={() => void refetch()} />
      ) : (
        <Loading what="the receipt">
          <Skeleton className="h-64" />
        </Loading>
      )}
    </Door>
  )
}

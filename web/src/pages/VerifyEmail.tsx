import { useEffect, useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useLocation, useSearchParams } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError, inWords } from '@/api/errors'
import { useTitle } from '@/lib/useTitle'
import { useOwnProfile } from '@/profile/hooks'
import { ownKey } from '@/profile/keys'
import { useSession } from '@/session/SessionContext'
import { meKey } from '@/session/show'
import { Door } from '@/shell/Door'
import { Button, ButtonLink, Spinner } from '@/ui/Button'
import { FormError, TextField } from '@/ui/Field'

/** The link of the mail leads here. */
export default function VerifyEmail() {
  useTitle('Confirm your address')
  const [search, setSearch] = useSearchParams()
  const { account } = useSession()
  const client = useQueryClient()
  const { state } = useLocation() as { state: { token?: string; email?: string } | null }
  const { data: profile } = useOwnProfile()
  // A secret does not stay in the address bar, nor in what a page tells others of where it came from. Until it was used,
  // a reload finds it beside it.
  const [token] = useState(() => search.get('token') ?? state?.token ?? null)
  const asked = useRef(false)
  const verify = useMutation({
    mutationFn: (secret: string) => answer(api.POST('/api/auth/verify-email', { body: { token: secret } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: meKey })
      void client.invalidateQueries({ queryKey: ownKey })
    },
    onSettled: (_, error) => {
      // Also told when its page is left meanwhile.
      if (!isPassing(error) && location.pathname === '/verify-email') setSearch({}, { replace: true })
    },
  })
  const { mutate } = verify
  useEffect(() => {
    if (!token || asked.current) return
    asked.current = true
    setSearch({}, { replace: true, state: { token } })
    mutate(token)
  }, [token, mutate, setSearch])

  if (verify.isSuccess) {
    return (
      <Door place="Your inbox" title="Confirmed">
        <p role="status" className="flex items-center gap-3 text-lg">
          <CircleCheck aria-hidden="true" className="size-7 text-ok" />
          Your e-mail address is confirmed.
        </p>
        <ButtonLink to={account ? (profile?.isOnboarded === false ? '/welcome' : '/') : `/login?next=${encodeURIComponent('/welcome?first')}`} size="large" className="mt-7">
          {account ? 'Go on' : 'Log in'}
        </ButtonLink>
      </Door>
    )
  }
  if (token && !verify.isError) {
    return (
      <Door place="Your inbox" title="One moment">
        <p role="status" className="flex items-center gap-3 text-lg">
          <Spinner /> Your address is being confirmed.
        </p>
      </Door>
    )
  }
  if (token && isPassing(verify.error)) {
    return (
      <Door place="Your inbox" title="Not confirmed yet">
        <FormError>{`${inWords(verify.error)} The link is still good.`}</FormError>
        <Button size="large" className="mt-5" onClick={() => mutate(token)}>
          Try again
        </Button>
      </Door>
    )
  }
  return (
    <Door place="Your inbox" title="Confirm your address" lead={verify.isError ? undefined : 'Follow the link in the mail we sent you. It can be sent again.'}>
      <FormError>{verify.isError ? inWords(verify.error) : null}</FormError>
      <Resend known={account?.email ?? null} typed={state?.email ?? ''} />
    </Door>
  )
}

/** The same link may do later. */
const isPassing = (error: unknown): boolean => error instanceof ApiError && error.isPassing

function Resend({ known, typed }: { known: string | null; typed: string }) {
  const [email, setEmail] = useState(typed)
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/resend-verification', { body: known ? {} : { email } })),
  })
  return (
    <form
      className="mt-5 grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      {known ? (
        <p>
          The link goes to <strong>{known}</strong>.
        </p>
      ) : (
        <TextField label="E-mail" type="email" autoComplete="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
      )}
      <FormError>{error ? inWords(error) : null}</FormError>
      <p role="status" className={data ? 'rounded-[10px] bg-ok-soft px-4 py-3 text-sm font-medium text-ok' : 'hidden'}>
        {data?.message}
      </p>
      <Button type="submit" size="large" busy={isPending}>
        Send a new link
      </Button>
    </form>
  )
}

import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link, Navigate, useSearchParams } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError } from '@/api/errors'
import { load } from '@/lib/chunk'
import { safeNext } from '@/lib/next'
import { problems, useFields, useFocusOnProblem } from '@/lib/useForm'
import { useTitle } from '@/lib/useTitle'
import { useSession } from '@/session/SessionContext'
import { Door } from '@/shell/Door'
import { First } from '@/shell/First'
import { Button } from '@/ui/Button'
import { FormError, TextField } from '@/ui/Field'
import { PasswordField } from '@/ui/PasswordField'

const Suspended = lazy(() => load(() => import('./Suspended').then(({ Suspended }) => ({ default: Suspended }))))

export default function LogIn() {
  useTitle('Log in')
  const { account, isKnown, wasHere, began } = useSession()
  const [search] = useSearchParams()
  const { values, bind } = useFields({ email: '', password: '', code: '' })
  const [needsCode, setNeedsCode] = useState(false)
  const code = useRef<HTMLInputElement>(null)
  const claim = { email: values.email, password: values.password, ...(values.code.trim() ? { twoFactorCode: values.code.trim() } : {}) }
  const { mutate, isPending, error, variables: sent } = useMutation({
    mutationFn: (body: typeof claim) => answer(api.POST('/api/auth/login', { body })),
    onSuccess: ({ user }) => began(user),
    onError: (refused) => {
      if (refused instanceof ApiError && refused.code === 'TWO_FACTOR_REQUIRED') setNeedsCode(true)
    },
  })
  useEffect(() => {
    if (needsCode) code.current?.focus()
  }, [needsCode])
  const form = useFocusOnProblem(error)

  if (account) return <Navigate to={safeNext(search.get('next'))} replace />
  // A page that has shown somebody else is loaded anew for whoever has just logged in.
  if (!isKnown && wasHere) return <First />
  // Asked for and not yet given: nothing is wrong, also while it is being typed.
  const asksOnly = error instanceof ApiError && error.code === 'TWO_FACTOR_REQUIRED' && !sent?.twoFactorCode
  const wrong = problems(asksOnly ? null : error, ['email', 'password', 'twoFactorCode'])
  return (
    <Door
      place="The stage door"
      title="Log in"
      lead={search.has('next') ? 'Log in to go on where you wanted to go.' : undefined}
      below={
        <>
          New here?{' '}
          <Link to="/signup" className="link font-semibold">
            Make an account
          </Link>
        </>
      }
    >
      <form
        ref={form}
        className="grid gap-5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          mutate(claim)
        }}
      >
        <TextField label="E-mail" type="email" autoComplete="email" required error={wrong.of('email')} {...bind('email')} />
        <div>
          <PasswordField label="Password" autoComplete="current-password" required error={wrong.of('password')} {...bind('password')} />
          <p className="mt-2 text-sm">
            <Link to="/forgot-password" className="link">
              Forgotten it?
            </Link>
          </p>
        </div>
        {needsCode && (
          <TextField
            ref={code}
            label="Code"
            inputMode="text"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            className="font-script text-lg tracking-widest"
            hint="Six digits from your authenticator app, or one of your recovery codes."
            error={wrong.of('twoFactorCode')}
            {...bind('code')}
          />
        )}
        <FormError>{wrong.whole}</FormError>
        {error instanceof ApiError && error.code === 'EMAIL_NOT_VERIFIED' && (
          <p className="text-sm">
            <Link to="/verify-email" state={{ email: values.email }} className="link">
              Send me the link again
            </Link>
          </p>
        )}
        <Button type="submit" size="large" busy={isPending}>
          Log in
        </Button>
        {error instanceof ApiError && error.code === 'ACCOUNT_SUSPENDED' && (
          <Suspense fallback={null}>
            <Suspended claim={claim} onCodeAsked={() => setNeedsCode(true)} />
          </Suspense>
        )}
      </form>
    </Door>
  )
}

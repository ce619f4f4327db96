import { useRef, useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link, Navigate } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError } from '@/api/errors'
import { problems, useFields, useFocusOnProblem } from '@/lib/useForm'
import { useTitle } from '@/lib/useTitle'
import { useSession } from '@/session/SessionContext'
import { meKey } from '@/session/show'
import { client } from '@/queries'
import { Door } from '@/shell/Door'
import { First } from '@/shell/First'
import { Button } from '@/ui/Button'
import { FormError, TextField } from '@/ui/Field'
import { PasswordField } from '@/ui/PasswordField'

/** Whoever has just signed up goes to the welcome. In between the page is another one: the frame around it changes, or it is loaded anew. */
const ARRIVES = '?first'

const taken: Record<string, string> = { EMAIL_TAKEN: 'email', USERNAME_TAKEN: 'username' }

export default function SignUp() {
  useTitle('Sign up')
  const { account, isKnown, wasHere } = useSession()
  const { values, bind, setValues } = useFields({ displayName: '', username: '', email: '', password: '' })
  const [named, setNamed] = useState(false)
  const [mailed, setMailed] = useState(false)
  // In memory only: a password is nothing to be kept by the browser, not even in part.
  const once = useRef({ words: '', key: '' })

  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const words = JSON.stringify(values)
      if (once.current.words !== words) once.current = { words, key: crypto.randomUUID() }
      await answer(api.POST('/api/auth/signup', { body: values, headers: { 'Idempotency-Key': once.current.key } }))
      // Also told when its page is left meanwhile.
      if (location.pathname === '/signup') history.replaceState(history.state, '', ARRIVES)
      await client.fetchQuery({ queryKey: meKey, staleTime: 0 })
      return client.getQueryData(meKey)
    },
    onSuccess: (me) => {
      // Where an address must be confirmed first, there is no session yet.
      if (!me) setMailed(true)
    },
  })
  const form = useFocusOnProblem(error)
  if (account) return <Navigate to={location.search === ARRIVES ? `/welcome${ARRIVES}` : '/'} replace />
  // A page that has shown somebody else is loaded anew for whoever has just signed up.
  if (!isKnown && wasHere) return <First />
  if (mailed) {
    return (
      <Door place="Your inbox" title="Look into your mail">
        <p className="text-lg">
          We sent a link to <strong>{values.email}</strong>. Follow it to confirm your address, then <Link to={`/login?next=${encodeURIComponent('/welcome?first')}`} className="link">log in</Link>.
        </p>
      </Door>
    )
  }
  const field = error instanceof ApiError ? taken[error.code] : undefined
  const wrong = problems(field ? null : error, ['email', 'password', 'username', 'displayName'])
  const of = (name: string) => (field === name && error ? error.message : wrong.of(name))
  return (
    <Door
      place="The stage door"
      title="Sign up"
      lead="Your name and your work, in one place."
      below={
        <>
          Already here?{' '}
          <Link to="/login" className="link font-semibold">
            Log in
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
          mutate()
        }}
      >
        <TextField
          label="Your name"
          autoComplete="name"
          required
          maxLength={100}
          hint="As it stands in the titles."
          error={of('displayName')}
          {...bind('displayName')}
          onChange={(event) => {
            const displayName = event.target.value
            // Until a user name is chosen, one is made of the name.
            setValues((now) => ({ ...now, displayName, ...(named ? {} : { username: asUserName(displayName) }) }))
          }}
        />
        <TextField
          label="User name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={30}
          hint={values.username ? `Your page: ${location.host}/u/${values.username}` : '3 to 30 letters, digits and underscores.'}
          error={of('username')}
          {...bind('username')}
          onChange={(event) => {
            setNamed(event.target.value !== '')
            setValues((now) => ({ ...now, username: event.target.value }))
          }}
        />
        <TextField label="E-mail" type="email" autoComplete="email" required error={of('email')} hint="Nobody else sees it." {...bind('email')} />
        <PasswordField label="Password" autoComplete="new-password" required hint="8 characters or more. A sentence is a good one." error={of('password')} {...bind('password')} />
        <FormError>{field ? null : wrong.whole}</FormError>
        <Button type="submit" size="large" busy={isPending}>
          Sign up
        </Button>
      </form>
    </Door>
  )
}

function asUserName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
    .slice(0, 30)
}

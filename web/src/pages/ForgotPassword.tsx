import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'
import { answer, api } from '@/api/client'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { useTitle } from '@/lib/useTitle'
import { Door } from '@/shell/Door'
import { Button } from '@/ui/Button'
import { FormError, TextField } from '@/ui/Field'

export default function ForgotPassword() {
  useTitle('Forgotten password')
  const [email, setEmail] = useState('')
  const { mutate, isPending, data, error } = useMutation({ mutationFn: () => answer(api.POST('/api/auth/forgot-password', { body: { email } })) })
  const [missing, setMissing] = useState(false)
  const form = useFocusOnProblem(error)
  const wrong = problems(error, ['email'])
  return (
    <Door
      place="The stage door"
      title="Forgotten it?"
      lead="It happens. We send a link to your address; it is good for an hour, and once."
      below={
        <Link to="/login" className="link">
          Back to log in
        </Link>
      }
    >
      <form
        ref={form}
        className="grid gap-5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          // The answer is the same for every address, so that nobody learns who is here; also for one that is none.
          setMissing(!email.includes('@'))
          if (email.includes('@')) mutate()
        }}
      >
        <TextField label="E-mail" type="email" autoComplete="email" required value={email} error={missing ? 'Type the e-mail address you log in with' : wrong.of('email')} onChange={(event) => setEmail(event.target.value)} />
        <FormError>{wrong.whole}</FormError>
        <p role="status" className={data ? 'rounded-[10px] bg-ok-soft px-4 py-3 text-sm font-medium text-ok' : 'hidden'}>
          {data?.message}
        </p>
        <Button type="submit" size="large" busy={isPending}>
          Send the link
        </Button>
      </form>
    </Door>
  )
}

import { useEffect, useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { answer, api } from '@/api/client'
import { ApiError } from '@/api/errors'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { useTitle } from '@/lib/useTitle'
import { Door } from '@/shell/Door'
import { Button, ButtonLink } from '@/ui/Button'
import { FormError } from '@/ui/Field'
import { PasswordField } from '@/ui/PasswordField'
import { toast } from '@/ui/toast'

/** The link of the mail leads here. */
export default function ResetPassword() {
  useTitle('New password')
  const [search, setSearch] = useSearchParams()
  const { state } = useLocation() as { state: { token?: string } | null }
  // A secret does not stay in the address bar; a reload finds it beside it.
  const [token] = useState(() => search.get('token') ?? state?.token ?? '')
  useEffect(() => {
    if (search.has('token')) setSearch({}, { replace: true, state: { token } })
  }, [search, setSearch, token])
  const [newPassword, setNewPassword] = useState('')
  const navigate = useNavigate()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/reset-password', { body: { token, newPassword } })),
    onSuccess: ({ message }) => {
      toast.ok(message)
      void navigate('/login', { replace: true })
    },
  })
  const wrong = problems(error, ['newPassword', 'password'])
  const form = useFocusOnProblem(error)
  if (token === '' || (error instanceof ApiError && error.status === 404)) {
    const [title, lead] = token === '' ? ['This link is not whole', 'Open it once more from the mail, or ask for a new one.'] : ['This link is used up', 'It works once, and for an hour. Ask for a new one.']
    return (
      <Door place="The stage door" title={title} lead={lead}>
        <ButtonLink to="/forgot-password" size="large">
          Send a new link
        </ButtonLink>
      </Door>
    )
  }
  return (
    <Door place="The stage door" title="A new password" lead="It ends all your sessions, everywhere. Then log in with it.">
      <form
        ref={form}
        className="grid gap-5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <PasswordField label="New password" autoComplete="new-password" required hint="8 characters or more. A sentence is a good one." value={newPassword} error={wrong.of('newPassword') ?? wrong.of('password')} onChange={(event) => setNewPassword(event.target.value)} />
        <FormError>{wrong.whole}</FormError>
        <Button type="submit" size="large" busy={isPending}>
          Set the password
        </Button>
      </form>
    </Door>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { BadgeCheck, CircleAlert } from 'lucide-react'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { ownKey } from '@/profile/keys'
import { useAccount } from '@/session/SessionContext'
import { meKey } from '@/session/show'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { Card } from './Card'
import { FieldsForm } from './FieldsForm'

export default function AccountPage() {
  const account = useAccount()
  const client = useQueryClient()
  const resend = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/resend-verification', { body: {} })),
    onSuccess: ({ message }) => toast.ok(message),
    onError: (error) => toast.bad(inWords(error)),
  })
  return (
    <>
      <Card title="E-mail address" lead="For logging in and for mail from Joint. Nobody else sees it.">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <strong className="break-all">{account.email}</strong>
          {account.emailVerified ? (
            <span className="inline-flex items-center gap-1.5 text-sm text-ok">
              <BadgeCheck aria-hidden="true" className="size-4.5" /> confirmed
            </span>
          ) : (
            <span className="inline-flex items-center gap-1.5 text-sm text-danger">
              <CircleAlert aria-hidden="true" className="size-4.5" /> not confirmed yet
            </span>
          )}
        </p>
        {!account.emailVerified && (
          <Button look="plain" size="small" className="mt-3" busy={resend.isPending} onClick={() => resend.mutate()}>
            Send me the link again
          </Button>
        )}
        <details className="mt-5">
          <summary className="w-fit font-semibold hover:underline">Change the address</summary>
          <div className="mt-4">
            <FieldsForm
              label="Change the address"
              action="Change it"
              fields={[
                { name: 'newEmail', label: 'New address', kind: 'email', hint: 'It counts once you have confirmed it there.' },
                { name: 'password', label: 'Password', kind: 'current-password' },
              ]}
              send={async ({ newEmail = '', password = '' }) => (await answer(api.POST('/api/auth/change-email', { body: { newEmail, password } }))).message}
            />
          </div>
        </details>
      </Card>
      <Card title="User name" lead={<>Your page is at <strong>/u/{account.username}</strong>.</>}>
        <FieldsForm
          label="Change the user name"
          action="Change it"
          fields={[
            { name: 'newUsername', label: 'New user name', kind: 'text', hint: '3 to 30 letters, digits and underscores. Nobody else can take the one you have now.' },
            { name: 'password', label: 'Password', kind: 'current-password' },
          ]}
          send={async ({ newUsername = '', password = '' }) => {
            const { message } = await answer(api.POST('/api/auth/change-username', { body: { newUsername, password } }))
            await client.invalidateQueries({ queryKey: meKey })
            // It stands beside everything that one has written.
            for (const queryKey of [ownKey, ['profile'], ['posts'], ['post'], ['comments']]) void client.invalidateQueries({ queryKey })
            return message
          }}
        />
      </Card>
    </>
  )
}

import { useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, Download, ShieldCheck } from 'lucide-react'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import type { TwoFactorSetup } from '@/api/types'
import { problems } from '@/lib/useForm'
import { useAccount } from '@/session/SessionContext'
import { meKey } from '@/session/show'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Endless } from '@/ui/Endless'
import { FormError, TextField } from '@/ui/Field'
import { Skeleton, Time } from '@/ui/bits'
import { toast } from '@/ui/toast'
import { Card } from './Card'
import { FieldsForm } from './FieldsForm'

export default function Security() {
  return (
    <>
      <Card title="Password" lead="Changing it ends all your other sessions.">
        <FieldsForm
          label="Change the password"
          action="Change it"
          fields={[
            { name: 'currentPassword', label: 'Password now', kind: 'current-password' },
            { name: 'newPassword', label: 'New password', kind: 'new-password', hint: '8 characters or more. A sentence is a good one.' },
          ]}
          send={async ({ currentPassword = '', newPassword = '' }) => (await answer(api.POST('/api/auth/change-password', { body: { currentPassword, newPassword } }))).message}
        />
      </Card>
      <TwoFactor />
      <Log />
    </>
  )
}

function TwoFactor() {
  const { twoFactorEnabled: isOn } = useAccount()
  const [setup, setSetup] = useState<TwoFactorSetup | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const client = useQueryClient()
  const changed = () => void client.invalidateQueries({ queryKey: meKey })
  return (
    <Card title="Second factor" lead="Besides the password, logging in asks for a code from an app on your phone.">
      {isOn && (
        <p className="mb-5 flex items-center gap-2 font-semibold text-ok">
          <ShieldCheck aria-hidden="true" className="size-5" />
          It is on.
        </p>
      )}
      <div className="grid gap-6">
        {!isOn && (
          <FieldsForm
            label="Switch the second factor on"
            action="Set it up"
            look="primary"
            fields={[{ name: 'password', label: 'Password', kind: 'current-password' }]}
            send={async ({ password = '' }) => {
              setSetup(await answer(api.POST('/api/auth/2fa/setup', { body: { password } })))
              return null
            }}
          />
        )}
        {isOn && (
          <>
            <details>
              <summary className="w-fit font-semibold hover:underline">New recovery codes</summary>
              <div className="mt-4">
                <FieldsForm
                  label="New recovery codes"
                  action="Make new ones"
                  fields={[
                    { name: 'password', label: 'Password', kind: 'current-password' },
                    { name: 'code', label: 'Code', kind: 'code', hint: 'The codes you have stop working.' },
                  ]}
                  send={async ({ password = '', code = '' }) => {
                    setCodes((await answer(api.POST('/api/auth/2fa/recovery-codes', { body: { password, code: code.trim() } }))).recoveryCodes)
                    return null
                  }}
                />
              </div>
            </details>
            <details>
              <summary className="w-fit font-semibold hover:underline">Switch it off</summary>
              <div className="mt-4">
                <FieldsForm
                  label="Switch the second factor off"
                  action="Switch it off"
                  look="danger"
                  fields={[
                    { name: 'password', label: 'Password', kind: 'current-password' },
                    { name: 'code', label: 'Code', kind: 'code', hint: 'From your app, or a recovery code.' },
                  ]}
                  send={async ({ password = '', code = '' }) => {
                    const { message } = await answer(api.POST('/api/auth/2fa/disable', { body: { password, code: code.trim() } }))
                    changed()
                    return message
                  }}
                />
              </div>
            </details>
          </>
        )}
      </div>
      {setup && (
        <SetUp
          setup={setup}
          onClose={() => setSetup(null)}
          onDone={(made) => {
            setSetup(null)
            changed()
            setCodes(made)
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </Card>
  )
}

function SetUp({ setup, onClose, onDone }: { setup: TwoFactorSetup; onClose: () => void; onDone: (codes: string[]) => void }) {
  const [code, setCode] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/2fa/enable', { body: { code: code.trim() } })),
    onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes),
  })
  const wrong = problems(error, ['code'])
  return (
    <Dialog title="Set up the second factor" onClose={onClose}>
      <ol className="grid list-decimal gap-4 pl-5">
        <li>
          Scan this with your authenticator app:
          <img src={setup.qrCode} alt="QR code for your authenticator app" width={208} height={208} className="mt-3 rounded-lg bg-white p-2" />
        </li>
        <li>
          Or type this key into it:
          <code className="mt-1 block rounded-lg bg-sunken px-3 py-2 font-script break-all select-all">{setup.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
        </li>
        <li>
          <form
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              mutate()
            }}
          >
            <TextField label="The code it shows" inputMode="numeric" autoComplete="one-time-code" required maxLength={8} className="font-script text-lg tracking-[0.3em]" value={code} error={wrong.of('code')} onChange={(event) => setCode(event.target.value)} />
            <FormError>{wrong.whole}</FormError>
            <Button type="submit" busy={isPending}>
              <ShieldCheck aria-hidden="true" className="size-4.5" />
              Switch it on
            </Button>
          </form>
        </li>
      </ol>
    </Dialog>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const text = codes.join('\n')
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'joint-recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(url)
  }
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      toast.ok('The codes are copied')
    } catch {
      toast.bad('They could not be copied; write them down')
    }
  }
  return (
    <Dialog title="Your recovery codes" onClose={onClose}>
      <p className="text-ink-2">Each lets you in once when your phone is not at hand. They are shown this one time: keep them where you will find them.</p>
      <ol role="list" aria-label="Recovery codes" className="mt-4 grid grid-cols-2 gap-x-6 gap-y-1 rounded-xl bg-sunken p-4 font-script">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button look="plain" size="small" onClick={() => void copy()}>
          <Copy aria-hidden="true" className="size-4" />
          Copy
        </Button>
        <Button look="plain" size="small" onClick={save}>
          <Download aria-hidden="true" className="size-4" />
          Save as a file
        </Button>
        <Button size="small" onClick={onClose}>
          I have kept them
        </Button>
      </div>
    </Dialog>
  )
}

const deeds: Record<string, string> = {
  'signed-up': 'The account was made',
  'logged-in': 'Logged in',
  'log-in-failed': 'Somebody tried to log in with a wrong password',
  'log-in-refused': 'A log-in was refused',
  'two-factor-failed': 'Somebody had the password, but not the code',
  'two-factor-asked': 'The password was right; a code was asked for',
  'logged-out': 'Logged out',
  'session-revoked': 'A session was ended',
  'email-verified': 'The e-mail address was confirmed',
  'email-change-requested': 'Another e-mail address was asked for',
  'email-changed': 'The e-mail address was changed',
  'username-changed': 'The user name was changed',
  'password-reset-requested': 'A link for a new password was asked for',
  'password-reset': 'The password was set anew by a link',
  'password-changed': 'The password was changed',
  'two-factor-enabled': 'The second factor was switched on',
  'two-factor-disabled': 'The second factor was switched off',
  'recovery-codes-renewed': 'New recovery codes were made',
  'recovery-code-used': 'A recovery code was used',
  'confirmation-failed': 'A change was refused: wrong password or code',
  'role-changed': 'The role was changed',
  'account-suspended': 'The account was suspended',
  'account-restored': 'The account was restored',
  'operator-key-used': 'The key of the operators was used',
  'export-requested': 'A copy of everything was asked for',
}

function Log() {
  const query = useInfiniteQuery({
    ...paged,
    queryKey: ['security-log'],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/auth/security-log', { params: { query: { cursor } } })),
    retry: false,
  })
  const events = query.data?.pages.flatMap((page) => page.events) ?? []
  return (
    <Card title="What happened" lead="Everything that concerns your account’s safety, the latest first.">
      <Endless query={query} what="events" skeleton={<Skeleton className="h-24" />} isEmpty={events.length === 0} empty={<p className="text-ink-3">Nothing yet.</p>}>
        <ul role="list" className="divide-y divide-line">
          {events.map((event) => (
            <li key={event.id} className="flex flex-wrap justify-between gap-x-4 py-2.5">
              <span className="font-medium">{deeds[event.type] ?? sentence(event.type)}</span>
              <span className="text-sm text-ink-3">
                <Time at={event.at} /> {event.ipAddress && <>· {event.ipAddress}</>}
              </span>
            </li>
          ))}
        </ul>
      </Endless>
    </Card>
  )
}

function sentence(type: string): string {
  const words = type.replace(/[._-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

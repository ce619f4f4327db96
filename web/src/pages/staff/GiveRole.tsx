import { useState } from 'react'
import { inWords } from '@/api/errors'
import type { Role } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { FormError } from '@/ui/Field'

export const roles: Record<Role, { label: string; may: string }> = {
  member: { label: 'Member', may: 'As everybody.' },
  moderator: { label: 'Moderator', may: 'Reads reports, sees what was reported, hides posts and shows them again.' },
  admin: { label: 'Admin', may: 'Suspends accounts, gives roles, replays and discards events, besides.' },
}

interface Props {
  name: string
  now: Role
  busy: boolean
  error: unknown
  onSay: (role: Role) => void
  onClose: () => void
}

/** Which role somebody is to have. It counts with their next step. */
export function GiveRole({ name, now, busy, error, onSay, onClose }: Props) {
  const [role, setRole] = useState(now)
  return (
    <Dialog title={`The role of ${name}`} onClose={onClose}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          onSay(role)
        }}
      >
        <fieldset className="grid gap-1">
          <legend className="sr-only">Role</legend>
          {(Object.keys(roles) as Role[]).map((one) => (
            <label key={one} className="flex gap-3 rounded-lg px-2 py-2 hover:bg-sunken">
              <input type="radio" name="role" value={one} checked={role === one} onChange={() => setRole(one)} aria-describedby={`role-${one}`} aria-label={roles[one].label} className="mt-1 size-4.5 accent-link" />
              <span>
                <span className="block font-semibold">{roles[one].label}</span>
                <span id={`role-${one}`} className="block text-sm text-ink-3">
                  {roles[one].may}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
        <FormError>{error ? inWords(error) : null}</FormError>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" busy={busy} disabled={role === now}>
            Change it
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

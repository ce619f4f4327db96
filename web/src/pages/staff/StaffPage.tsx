import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { useAccount } from '@/session/SessionContext'
import { Slug } from '@/ui/bits'
import { cx } from '@/ui/cx'

const places = [
  { to: '/moderation', label: 'Reports', roles: ['moderator', 'admin'] },
  { to: '/admin/accounts', label: 'Accounts', roles: ['admin'] },
  { to: '/admin/dead-letters', label: 'Dead letters', roles: ['admin'] },
]

/** What the pages of those who look after Joint have in common. */
export function StaffPage({ place, title, children }: { place: string; title: string; children: ReactNode }) {
  const { role } = useAccount()
  return (
    <div className="mx-auto w-full max-w-5xl px-4 pt-4 sm:px-6 sm:pt-7">
      <header>
        <Slug place={place} />
        <h1 className="text-[1.75rem] sm:text-4xl">{title}</h1>
        <nav aria-label="Operations" className="mt-4 mb-5 flex gap-2 overflow-x-auto">
          {places
            .filter((one) => one.roles.includes(role))
            .map((one) => (
              <NavLink key={one.to} to={one.to} className={({ isActive }) => cx('grid min-h-10 place-items-center rounded-full border px-4 text-[0.9375rem] whitespace-nowrap', isActive ? 'border-ink bg-ink font-semibold text-paper' : 'border-line-strong hover:bg-sunken')}>
                {one.label}
              </NavLink>
            ))}
        </nav>
      </header>
      {children}
    </div>
  )
}

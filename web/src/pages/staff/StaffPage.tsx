import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { useAccount } from '@/session/SessionContext'
import { Slug } from '@/ui/bits'
import { cx } from '@/ui/cx'
import { useChosenInSight } from '@/ui/useChosenInSight'

const places = [
  { to: '/moderation', label: 'Reports', roles: ['moderator', 'admin'] },
  { to: '/admin/accounts', label: 'Accounts', roles: ['admin'] },
  { to: '/admin/queues', label: 'Queues', roles: ['admin'] },
  { to: '/admin/dead-letters', label: 'Dead letters', roles: ['admin'] },
  { to: '/admin/allow-list', label: 'Allow-list', roles: ['admin'] },
  { to: '/admin/audit', label: 'Audit', roles: ['admin'] },
]

/** What the pages of those who look after Joint have in common. */
export function StaffPage({ place, title, children }: { place: string; title: string; children: ReactNode }) {
  const { role } = useAccount()
  const row = useChosenInSight<HTMLElement>(title)
  const mine = places.filter((one) => one.roles.includes(role))
  return (
    <div className="mx-auto w-full max-w-5xl sm:px-6 sm:pt-7">
      <header className="px-4 pt-4 pb-4 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place={place} />
        <h1 className="text-[1.75rem] sm:text-4xl">{title}</h1>
        {mine.length > 1 && (
          <nav ref={row} aria-label="Operations" className="-mx-4 mt-4 overflow-x-auto px-4 [scrollbar-width:none] sm:mx-0 sm:px-0.5 sm:py-0.5">
            <ul role="list" className="flex gap-2">
              {mine.map((one) => (
                <li key={one.to}>
                  <NavLink
                    to={one.to}
                    className={({ isActive }) =>
                      cx('grid min-h-10 place-items-center rounded-full border px-4 text-[0.9375rem] whitespace-nowrap', isActive ? 'border-ink bg-ink font-semibold text-paper' : 'border-line-strong hover:bg-sunken')
                    }
                  >
                    {one.label}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </header>
      {children}
    </div>
  )
}

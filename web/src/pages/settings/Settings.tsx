import { Database, KeyRound, Lock, MonitorSmartphone, Palette, UserRound } from 'lucide-react'
import { NavLink, Outlet, useLocation } from 'react-router'
import { useTitle } from '@/lib/useTitle'
import { Slug } from '@/ui/bits'
import { cx } from '@/ui/cx'
import { useChosenInSight } from '@/ui/useChosenInSight'

const places = [
  { to: '/settings', label: 'Account', icon: UserRound },
  { to: '/settings/security', label: 'Security', icon: KeyRound },
  { to: '/settings/sessions', label: 'Sessions', icon: MonitorSmartphone },
  { to: '/settings/privacy', label: 'Privacy', icon: Lock },
  { to: '/settings/appearance', label: 'Appearance', icon: Palette },
  { to: '/settings/data', label: 'Your data', icon: Database },
]

export default function Settings() {
  const { pathname } = useLocation()
  const place = places.find(({ to }) => to === pathname)
  useTitle(place ? `${place.label} · Settings` : 'Settings')
  const row = useChosenInSight<HTMLUListElement>(pathname)
  return (
    <div className="mx-auto w-full max-w-5xl sm:px-6 sm:pt-7">
      <header className="px-4 pt-4 pb-4 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place="The prompter’s box" />
        <h1 className="text-[1.75rem] sm:text-4xl">Settings</h1>
      </header>
      <div className="gap-8 md:grid md:grid-cols-[13rem_minmax(0,1fr)]">
        <nav aria-label="Settings" className="sticky top-14 z-10 bg-paper max-md:mb-4 max-md:border-b max-md:border-line sm:top-0 md:top-7 md:self-start md:bg-transparent">
          <ul ref={row} role="list" className="flex gap-1 overflow-x-auto px-3 pb-2 [scrollbar-width:none] md:grid md:px-0">
            {places.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <NavLink
                  to={to}
                  end
                  className={({ isActive }) =>
                    cx('flex min-h-11 items-center gap-3 rounded-xl px-3 whitespace-nowrap hover:bg-sunken', isActive ? 'bg-surface font-semibold ring-1 ring-line' : 'text-ink-2')
                  }
                >
                  <Icon aria-hidden="true" className="size-5" />
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className="grid grid-cols-1 content-start gap-5">
          <Outlet />
        </div>
      </div>
    </div>
  )
}

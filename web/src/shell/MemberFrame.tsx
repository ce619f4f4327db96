import type { ReactNode } from 'react'
import { Compass, EllipsisVertical, Gauge, House, LogOut, Moon, PenLine, Search, Settings, ShieldCheck, Sun, User, Users } from 'lucide-react'
import { Link, NavLink, useLocation, useNavigate } from 'react-router'
import type { Account } from '@/api/types'
import { inWords } from '@/api/errors'
import { useSession } from '@/session/SessionContext'
import { useRequestCount } from '@/people/requestCount'
import { useTheme } from '@/theme/ThemeContext'
import { useChooseTheme } from '@/theme/useChooseTheme'
import { Avatar } from '@/ui/Avatar'
import { ButtonLink } from '@/ui/Button'
import { Menu, MenuItem, MenuLine, MenuLink } from '@/ui/Menu'
import { toast } from '@/ui/toast'
import { useIsWide } from '@/ui/useIsWide'
import { Wordmark } from '@/ui/Wordmark'
import { cx } from '@/ui/cx'
import { ConnectionBanner } from './ConnectionBanner'

interface Place {
  to: string
  label: string
  icon: typeof House
  count?: number
  /** What stands below it in the address counts as there. */
  below?: string
}

export function MemberFrame({ account, children }: { account: Account | null; children: ReactNode }) {
  const isWide = useIsWide()
  const requests = useRequestCount(account !== null)
  const profile = account ? `/u/${account.username}` : '/profile/edit'
  const home: Place = { to: '/', label: 'Home', icon: House }
  const explore: Place = { to: '/explore', label: 'Explore', icon: Compass }
  const search: Place = { to: '/search', label: 'Search', icon: Search }
  const network: Place = { to: '/network', label: 'Network', icon: Users, count: requests }
  const own: Place = { to: profile, label: 'Profile', icon: User }
  const settings: Place = { to: '/settings', label: 'Settings', icon: Settings }
  const staff: Place[] = account?.role === 'admin' ? [moderation, operations] : account?.role === 'moderator' ? [moderation] : []

  return (
    <div className="mx-auto flex min-h-dvh max-w-[84rem] 3xl:max-w-[104rem]">
      {/* From a tablet on: a rail at the side. */}
      {isWide && (
        <header className="sticky top-0 flex h-dvh w-19 shrink-0 flex-col overflow-y-auto border-r border-line px-2.5 py-5 xl:w-60 xl:px-4">
          <Link to="/" aria-label="Joint, home" className="mb-7 rounded-md px-2 max-xl:mx-auto max-xl:px-0">
            <Wordmark className="max-xl:[&_span]:text-lg" />
          </Link>
          <nav aria-label="Main" className="grid gap-1">
            {[home, explore, search, network, own, settings, ...staff].map((place) => (
              <RailLink key={place.to} {...place} />
            ))}
          </nav>
          <ButtonLink to="/new" className="mt-5 max-xl:mx-auto max-xl:size-12 max-xl:px-0" aria-label="New post">
            <PenLine aria-hidden="true" className="size-5" />
            <span className="max-xl:hidden">New post</span>
          </ButtonLink>
          <div className="mt-auto pt-6">{account && <Own account={account} side="top" wide />}</div>
        </header>
      )}

      <div className="flex min-w-0 flex-1 flex-col">
        {/* On a phone: the name above, the places below. */}
        {!isWide && (
          <header className="sticky top-0 z-40 flex h-14 items-center justify-between border-b border-line bg-paper/92 px-4 backdrop-blur-md">
            <Link to="/" aria-label="Joint, home" className="rounded-md px-1.5 py-1">
              <Wordmark />
            </Link>
            <div className="flex items-center gap-1">
              <Link to="/search" aria-label="Search" className="grid size-11 place-items-center rounded-full text-ink-2 hover:bg-sunken">
                <Search aria-hidden="true" className="size-5.5" />
              </Link>
              {account && <Own account={account} side="bottom" />}
            </div>
          </header>
        )}
        <ConnectionBanner className="top-14 sm:top-0" />
        <main id="main" tabIndex={-1} className="w-full min-w-0 flex-1 pb-24 sm:pb-10">
          {children}
        </main>
      </div>

      {!isWide && (
        <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-40 grid grid-cols-5 border-t border-line bg-paper/95 pb-[env(safe-area-inset-bottom)] backdrop-blur-md">
          <TabLink {...home} />
          <TabLink {...explore} />
          <Link to="/new" aria-label="New post" className="grid h-15 place-items-center">
            <span className="grid size-11 place-items-center rounded-full bg-primary text-on-primary">
              <PenLine aria-hidden="true" className="size-5" />
            </span>
          </Link>
          <TabLink {...network} />
          <TabLink {...own} />
        </nav>
      )}
    </div>
  )
}

const moderation: Place = { to: '/moderation', label: 'Moderation', icon: ShieldCheck }
const operations: Place = { to: '/admin/queues', label: 'Operations', icon: Gauge, below: '/admin/' }

function Count({ count, className }: { count: number | undefined; className?: string }) {
  if (!count) return null
  return (
    <span className={cx('grid h-5 min-w-5 place-items-center rounded-full bg-ink px-1 text-xs font-bold text-paper tabular-nums', className)}>
      {count > 99 ? '99+' : count}
      <span className="sr-only"> waiting</span>
    </span>
  )
}

function RailLink({ to, label, icon: Icon, count, below }: Place) {
  const { pathname } = useLocation()
  const isBelow = below !== undefined && pathname.startsWith(below)
  return (
    <NavLink
      to={to}
      end={to === '/'}
      title={label}
      className={({ isActive: isThere }) => {
        const isActive = isThere || isBelow
        return cx(
          'relative flex min-h-11 items-center gap-3.5 rounded-xl px-3 text-[1.0625rem] transition-colors hover:bg-sunken max-xl:justify-center max-xl:px-0',
          isActive ? 'font-semibold text-ink' : 'text-ink-2',
        )
      }}
    >
      {({ isActive: isThere }) => {
        const isActive = isThere || isBelow
        return (
          <>
            <span className={cx('relative grid place-items-center', isActive && 'text-on-marker')}>
              {isActive && <span aria-hidden="true" className="absolute -inset-x-2 -inset-y-1 -skew-y-3 rounded-[3px] bg-marker" />}
              <Icon aria-hidden="true" className="relative size-5.5" strokeWidth={isActive ? 2.4 : 2} />
            </span>
            <span className="max-xl:sr-only">{label}</span>
            <Count count={count} className="ml-auto max-xl:absolute max-xl:top-0.5 max-xl:right-1.5" />
          </>
        )
      }}
    </NavLink>
  )
}

function TabLink({ to, label, icon: Icon, count }: Place) {
  return (
    <NavLink to={to} end={to === '/'} className={({ isActive }) => cx('relative grid h-15 content-center justify-items-center gap-0.5 text-[0.6875rem]', isActive ? 'font-semibold text-ink' : 'text-ink-2')}>
      {({ isActive }) => (
        <>
          <span className={cx('relative grid place-items-center', isActive && 'text-on-marker')}>
            {isActive && <span aria-hidden="true" className="absolute -inset-x-2 -inset-y-0.5 -skew-y-3 rounded-[3px] bg-marker" />}
            <Icon aria-hidden="true" className="relative size-5.5" />
          </span>
          {label}
          <Count count={count} className="absolute top-1 left-[55%]" />
        </>
      )}
    </NavLink>
  )
}

/** Who is here, and what concerns only them. */
function Own({ account, side, wide = false }: { account: Account; side: 'top' | 'bottom'; wide?: boolean }) {
  const { logOut } = useSession()
  const { isDark } = useTheme()
  const choose = useChooseTheme()
  const navigate = useNavigate()
  const leave = async () => {
    try {
      await logOut()
      await navigate('/')
    } catch (error) {
      toast.bad(inWords(error))
    }
  }
  return (
    <Menu
      side={side}
      align={wide ? 'start' : 'end'}
      trigger={
        <button
          type="button"
          className={cx('flex items-center gap-3 rounded-full text-left', wide && 'hover:bg-sunken max-xl:mx-auto xl:w-full xl:rounded-xl xl:p-2')}
        >
          <Avatar name={account.displayName} url={account.avatarUrl} />
          <span className="sr-only">Your account</span>
          {wide && (
            <span className="flex min-w-0 flex-1 items-center justify-between max-xl:hidden">
              <span className="min-w-0">
                <span className="block truncate text-[0.9375rem] font-semibold">{account.displayName}</span>
                <span className="block truncate text-sm text-ink-3">@{account.username}</span>
              </span>
              <EllipsisVertical aria-hidden="true" className="size-4.5 shrink-0 text-ink-3" />
            </span>
          )}
        </button>
      }
    >
      <MenuLink to={`/u/${account.username}`} icon={<User className="size-4.5" />}>
        Your profile
      </MenuLink>
      <MenuLink to="/settings" icon={<Settings className="size-4.5" />}>
        Settings
      </MenuLink>
      <MenuItem icon={isDark ? <Sun className="size-4.5" /> : <Moon className="size-4.5" />} onSelect={() => choose(isDark ? 'light' : 'dark')}>
        {isDark ? 'Light theme' : 'Dark theme'}
      </MenuItem>
      {account.role !== 'member' && (
        <MenuLink to="/moderation" icon={<ShieldCheck className="size-4.5" />}>
          Moderation
        </MenuLink>
      )}
      {account.role === 'admin' && (
        <MenuLink to="/admin/queues" icon={<Gauge className="size-4.5" />}>
          Operations
        </MenuLink>
      )}
      <MenuLine />
      <MenuItem icon={<LogOut className="size-4.5" />} onSelect={() => void leave()}>
        Log out
      </MenuItem>
    </Menu>
  )
}

import type { ReactNode } from 'react'
import { Compass, Search } from 'lucide-react'
import { Link, NavLink } from 'react-router'
import { ButtonLink } from '@/ui/Button'
import { Wordmark } from '@/ui/Wordmark'
import { cx } from '@/ui/cx'
import { ConnectionBanner } from './ConnectionBanner'
import { Footer } from './Footer'

const link = ({ isActive }: { isActive: boolean }) =>
  cx('inline-flex min-h-10 items-center gap-2 rounded-full px-3 text-[0.9375rem] font-medium hover:bg-sunken', isActive ? 'text-ink' : 'text-ink-2')

export function VisitorFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-40 border-b border-line bg-paper/92 backdrop-blur-md">
        <div className="mx-auto flex h-16 max-w-6xl items-center gap-1 px-4 sm:gap-2 sm:px-6 3xl:max-w-7xl">
          <Link to="/" aria-label="Joint, home" className="mr-auto rounded-md px-1.5 py-1">
            <Wordmark />
          </Link>
          <nav aria-label="Main" className="flex items-center">
            <NavLink to="/explore" className={link} aria-label="Explore">
              <Compass aria-hidden="true" className="size-5" />
              <span className="max-sm:hidden">Explore</span>
            </NavLink>
            <NavLink to="/search" className={link} aria-label="Search">
              <Search aria-hidden="true" className="size-5" />
              <span className="max-sm:hidden">Search</span>
            </NavLink>
            <NavLink to="/login" className={link}>
              Log in
            </NavLink>
          </nav>
          <ButtonLink to="/signup" size="small" className="max-[21rem]:hidden">
            Sign up
          </ButtonLink>
        </div>
      </header>
      <ConnectionBanner className="top-16" />
      {/* As high as the window, so that what is below it does not jump when the page has come. */}
      <main id="main" tabIndex={-1} className="min-h-[calc(100dvh-4rem)] flex-1">
        {children}
      </main>
      <Footer />
    </div>
  )
}

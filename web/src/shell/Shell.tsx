import { useEffect, useRef } from 'react'
import { Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router'
import { hasLeft } from '@/session/leaving'
import { useSession } from '@/session/SessionContext'
import { Toasts } from '@/ui/Toasts'
import { MemberFrame } from './MemberFrame'
import { VisitorFrame } from './VisitorFrame'

/** Every page stands in here. */
export default function Shell() {
  const { account, isKnown, wasHere } = useSession()
  const isMember = isKnown ? account !== null : wasHere
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-full bg-primary px-5 py-2.5 font-semibold text-on-primary focus-visible:translate-y-0"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to the page
      </a>
      <Progress />
      {isMember ? (
        <MemberFrame account={account}>
          <Outlet />
        </MemberFrame>
      ) : (
        <VisitorFrame>
          <Outlet />
        </VisitorFrame>
      )}
      <Toasts />
      <Arrival />
      <Drops />
      <ScrollRestoration />
    </>
  )
}

/** A file that is dropped beside what takes it is no reason to leave: the browser would open it in the place of the page. */
function Drops() {
  useEffect(() => {
    const refuse = (event: DragEvent) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'none'
    }
    window.addEventListener('dragover', refuse)
    window.addEventListener('drop', refuse)
    return () => {
      window.removeEventListener('dragover', refuse)
      window.removeEventListener('drop', refuse)
    }
  }, [])
  return null
}

/** A thin line while the next page is on its way. */
function Progress() {
  const { state } = useNavigation()
  if (state === 'idle') return null
  return <div role="progressbar" aria-label="Loading the page" className="fixed inset-x-0 top-0 z-60 h-[3px] origin-left animate-pulse bg-tally" />
}

/** After a change of page the focus goes to the page's beginning, and its title is read aloud; where one came to write, to where that is done. */
function Arrival() {
  const { pathname } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    hasLeft()
    const main = document.getElementById('main')
    const arrived = main?.querySelector<HTMLElement>('[data-arrive]') ?? main
    arrived?.focus({ preventScroll: true })
  }, [pathname])
  return null
}

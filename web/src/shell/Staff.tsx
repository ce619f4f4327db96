import { Outlet, useLocation } from 'react-router'
import { useSession } from '@/session/SessionContext'
import NotFound from '@/pages/NotFound'
import { First } from './First'

/** Pages for moderators and administrators. Nobody else learns that they are there. */
export default function Staff() {
  const { account, isKnown } = useSession()
  const { pathname } = useLocation()
  if (!isKnown) return <First />
  const needed = pathname.startsWith('/admin') ? ['admin'] : ['admin', 'moderator']
  return account && needed.includes(account.role) ? <Outlet /> : <NotFound />
}

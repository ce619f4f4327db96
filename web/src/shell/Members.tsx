import { Navigate, Outlet, useLocation } from 'react-router'
import { wayOut } from '@/session/leaving'
import { useSession } from '@/session/SessionContext'
import { First } from './First'

/** Pages for members. Whoever is not here is sent to the door, and comes back to where they wanted to go. */
export default function Members() {
  const { account, isKnown } = useSession()
  const { pathname, search } = useLocation()
  if (!isKnown) return <First />
  if (!account) return <Navigate to={wayOut() ?? `/login?next=${encodeURIComponent(pathname + search)}`} replace />
  return <Outlet />
}

import { lazy, Suspense } from 'react'
import { load } from '@/lib/chunk'
import { read } from '@/lib/storage'
import { useSession } from '@/session/SessionContext'
import { First } from '@/shell/First'

const landing = () => load(() => import('./Landing'))
const home = () => load(() => import('./Home'))
const Landing = lazy(landing)
const Home = lazy(home)

// Whoever was here the last time is likely here now: that page is fetched beside everything else, and not after it.
if (location.pathname === '/') void (read<boolean>('joint.was-here') === true ? home() : landing())

/** `/`: the feed for members, the landing page for everybody else. */
export function Front() {
  const { account, isKnown, wasHere } = useSession()
  const isMember = isKnown ? account !== null : wasHere
  return (
    <Suspense fallback={<First />}>
      {isMember ? account ? <Home /> : <First /> : <Landing />}
    </Suspense>
  )
}

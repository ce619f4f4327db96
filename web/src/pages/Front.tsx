import { lazy, Suspense, type ComponentType } from 'react'
import { load } from '@/lib/chunk'
import { useSession } from '@/session/SessionContext'
import { lastHere } from '@/session/who'
import { First } from '@/shell/First'

type Chunk = { default: ComponentType }

/** A page that is rendered at once where it was fetched before. */
function early(chunk: () => Promise<Chunk>) {
  let there: Chunk | null = null
  const fetched = async (isPatient = false): Promise<Chunk> => (there = await load(chunk, isPatient))
  // What answers at once is not waited for; a promise would be, if only for a moment, with nothing on the page.
  const now = (module: Chunk) => ({ then: (done: (module: Chunk) => void) => done(module) }) as unknown as Promise<Chunk>
  return { fetched, Page: lazy(() => (there ? now(there) : fetched(true))) }
}

const landing = early(() => import('./Landing'))
const home = early(() => import('./Home'))

/** The heading of the landing page has lines that break elsewhere in other letters. A second is the most that they are waited for. */
const letters = () => Promise.race([document.fonts.load('1em Bricolage'), new Promise((done) => setTimeout(done, 1000))])

/** Whoever was here the last time is likely here now: that page is fetched beside everything else, and not after it. */
export async function fetchFront(): Promise<void> {
  if (location.pathname !== '/') return
  await (lastHere() !== null ? home.fetched() : Promise.all([landing.fetched(), letters()]))
}

/** `/`: the feed for members, the landing page for everybody else. */
export function Front() {
  const { account, isKnown, wasHere } = useSession()
  const isMember = isKnown ? account !== null : wasHere
  return <Suspense fallback={<First />}>{isMember ? account ? <home.Page /> : <First /> : <landing.Page />}</Suspense>
}

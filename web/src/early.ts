/**
 * What `public/first.js` has asked for while the program was on its way is put where pages look for it, so that the first
 * thing that is rendered is the page itself and not its skeleton.
 */
import type { createBrowserRouter } from 'react-router'
import type { Account } from './api/types'
import { postKeys } from './posts/cache'
import { ownKey, profileKey } from './profile/keys'
import { client } from './queries'
import { meKey } from './session/show'
import { tellWho } from './session/who'

type Router = ReturnType<typeof createBrowserRouter>
type RouterState = Router['state']

/** So long, in milliseconds, it is waited for what is still on its way; then the frame is shown, and the page in it when it comes. */
const PATIENCE = 250

/** Where an answer belongs; null where the page itself takes it (`api/client.ts`), as it keeps it in another form. */
function keeper(address: string): ((said: unknown) => void) | null {
  const { pathname, searchParams } = new URL(address, location.origin)
  const [, , first = '', second = '', third = ''] = pathname.split('/')
  const at = (key: readonly unknown[]) => (said: unknown) => void client.setQueryData(key, said)
  const firstOf = (key: readonly unknown[]) => (said: unknown) => void client.setQueryData(key, { pages: [said], pageParams: [undefined] })
  if (pathname === '/api/auth/me') return (said) => isHere((said as { user: Account }).user)
  if (pathname === '/api/posts/feed') return firstOf(postKeys.feed)
  if (pathname === '/api/posts') return firstOf(postKeys.explore(null))
  if (pathname === '/api/search') return at(['search', 'all', searchParams.get('q') ?? ''])
  if (first === 'posts') return third === 'comments' ? firstOf(postKeys.comments(second)) : at(postKeys.one(second))
  if (first !== 'users') return null
  if (second === 'me') return at(ownKey)
  return third === 'posts' ? firstOf(postKeys.of(second)) : at(profileKey(second))
}

function isHere(account: Account): void {
  client.setQueryData(meKey, account)
  tellWho(account.id)
}

/** Takes what has come. What was refused is left for the page, which says so. */
async function take(address: string, asked: Promise<Response | null>): Promise<void> {
  const keep = keeper(address)
  const response = keep && (await asked)
  if (!response?.ok || !window.jointEarly?.[address]) return
  delete window.jointEarly[address]
  keep?.(await response.json())
}

const takeAll = () => Promise.all(Object.entries(window.jointEarly ?? {}).map(([address, asked]) => take(address, asked).catch(() => undefined)))

/** The router has the page of this address. */
const arrive = (router: Router) =>
  new Promise<void>((done) => {
    const look = (state: RouterState) => {
      if (state.initialized) done()
    }
    look(router.state)
    router.subscribe(look)
  })

/** All that the first page shows, as far as it comes in a moment. */
export async function gather(router: Router): Promise<void> {
  // In other letters lines would break elsewhere, and anew when these have come.
  const letters = document.fonts.load('1em Instrument').catch(() => undefined)
  await Promise.race([Promise.all([takeAll(), arrive(router), letters]), new Promise((done) => setTimeout(done, PATIENCE))])
}

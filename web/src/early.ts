/**
 * What `public/first.js` has asked for while the program was on its way is put where pages look for it, so that the first
 * thing that is rendered is the page itself and not its skeleton.
 */
import type { createBrowserRouter } from 'react-router'
import type { Account } from './api/types'
import { postKeys } from './posts/cache'
import { profileKey } from './profile/keys'
import { client } from './queries'
import { meKey } from './session/SessionContext'
import { tellWho } from './session/who'

type Router = ReturnType<typeof createBrowserRouter>
type RouterState = Router['state']

/** So long, in milliseconds, it is waited for what is still on its way; then the frame is shown, and the page in it when it comes. */
const PATIENCE = 250

/** Puts an answer where it belongs. */
function keep(address: string, said: unknown): void {
  const { pathname, searchParams } = new URL(address, location.origin)
  const [, , first = '', second = '', third = ''] = pathname.split('/')
  const pages = { pages: [said], pageParams: [undefined] }
  if (pathname === '/api/auth/me') isHere((said as { user: Account }).user)
  else if (pathname === '/api/posts/feed') client.setQueryData(postKeys.feed, pages)
  else if (pathname === '/api/posts') client.setQueryData(postKeys.explore(null), pages)
  else if (pathname === '/api/search') client.setQueryData(['search', 'all', searchParams.get('q') ?? ''], said)
  else if (first === 'posts' && third === 'comments') client.setQueryData(postKeys.comments(second), pages)
  else if (first === 'posts') client.setQueryData(postKeys.one(second), said)
  else if (first === 'users' && third === 'posts') client.setQueryData(postKeys.of(second), pages)
  else if (first === 'users') client.setQueryData(profileKey(second), said)
}

function isHere(account: Account): void {
  client.setQueryData(meKey, account)
  tellWho(account.id)
}

/** Takes what has come. What was refused is left for the page, which says so. */
async function take(address: string, asked: Promise<Response | null>): Promise<void> {
  const response = await asked
  if (!response?.ok || !window.jointEarly?.[address]) return
  delete window.jointEarly[address]
  keep(address, await response.json())
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
  await Promise.race([Promise.all([takeAll(), arrive(router)]), new Promise((done) => setTimeout(done, PATIENCE))])
}

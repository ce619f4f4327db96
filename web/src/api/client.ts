import createClient from 'openapi-fetch'
import { reached, missed } from '@/lib/connection'
import { lastHere } from '@/session/who'
import { ApiError, refusal, unreachable } from './errors'
import type { paths } from './schema'

let sessionEnded: () => void = () => undefined

/** Calls when a request was refused because there is no session (any more). */
export function onSessionEnd(listener: () => void): () => void {
  sessionEnded = listener
  return () => {
    sessionEnded = () => undefined
  }
}

let shown: string | null | undefined
let somebodyElse: (isTold: boolean) => void = () => undefined

/**
 * Says whom this page shows; nothing, as long as that is not known. While the browser has somebody else's session, nothing is
 * written: the cookie is all tabs' own. A page that has shown one person never shows another, so whatever is asked again
 * later is that person's as well. `ifNot` hears whether it was the server who said so: then no tab need have told of it.
 */
export function actFor(account: string | null | undefined, ifNot: (isTold: boolean) => void): void {
  shown = account
  somebodyElse = ifNot
}

/** There a 401 means wrong words, not a session that ended. */
const ASKS_FOR_WORDS = /^\/api\/auth\/(login|signup)$/

declare global {
  interface Window {
    /** What `public/first.js` has asked before this program had come. */
    jointEarly?: Record<string, Promise<Response | null>>
  }
}

/** What nobody has taken by now was about another page, or another person. An answer that nobody reads would keep its connection. */
export function forgetEarly(): void {
  for (const asked of Object.values(window.jointEarly ?? {})) void asked.then((response) => response?.body?.cancel())
  delete window.jointEarly
}
setTimeout(forgetEarly, 5000)

/** The answer to the same question, if it was asked early; each is taken once. */
async function early(request: Request): Promise<Response | null> {
  const { pathname, search } = new URL(request.url)
  const asked = request.method === 'GET' ? window.jointEarly?.[pathname + search] : undefined
  if (!asked) return null
  delete window.jointEarly?.[pathname + search]
  return await asked
}

function isSomebodyElses(isTold: boolean): never {
  somebodyElse(isTold)
  throw new ApiError(401, 'SESSION_CHANGED', 'You have logged in or out in another tab. What you typed is kept.')
}

/** The server was told whom this page shows, and the session is somebody else's. */
async function isRefusedForAnother(response: Response): Promise<boolean> {
  if (response.status !== 409) return false
  const said: unknown = await response.clone().json().catch(() => null)
  return said !== null && typeof said === 'object' && 'code' in said && said.code === 'SESSION_CHANGED'
}

/** Asks, and tells whether somebody answered. */
async function ask(request: Request): Promise<Response> {
  const whose = shown
  if (request.method !== 'GET' && whose !== undefined) {
    if (lastHere() !== whose) isSomebodyElses(false)
    if (whose !== null) request.headers.set('X-Joint-Account', whose)
  }
  try {
    const response = (await early(request)) ?? (await fetch(request))
    // 502 and 504 come from what stands in front of a system that is away.
    if (response.status === 502 || response.status === 504) missed()
    else reached()
    // Between a new cookie and the word of it to this tab there is a moment.
    if (await isRefusedForAnother(response)) isSomebodyElses(true)
    // Of a session of before it says nothing about the one of now.
    if (response.status === 401 && whose === shown && !ASKS_FOR_WORDS.test(new URL(request.url).pathname)) sessionEnded()
    return response
  } catch (error) {
    if (request.signal.aborted || error instanceof ApiError) throw error
    missed()
    throw unreachable()
  }
}

export const api = createClient<paths>({ baseUrl: '', fetch: ask, credentials: 'same-origin' })

interface Answered<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer itself, or an `ApiError`. */
export async function answer<T>(asked: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok || data === undefined) throw refusal(response, error)
  return data
}

/** For saved requests, which go where they say themselves: those of the outbox. */
export async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const request = new Request(new URL(`/api${path}`, location.origin), {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const response = await ask(request)
  const said: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refusal(response, said)
  return said as T
}

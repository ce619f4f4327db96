/**
 * Files on their way from the person's device to the storage.
 *
 * They live outside of pages, so that going to another page stops nothing, and they are kept by the browser, so that a
 * reload goes on where it can. What is finished is remembered until its post is sent.
 */
import { ApiError, inWords } from '@/api/errors'
import { answer, api } from '@/api/client'
import { isReachable, lookNow, onReachability } from '@/lib/connection'
import { untilNext } from '@/lib/patience'
import { onStored, readAll, write } from '@/lib/storage'
import { sized } from '@/lib/words'
import { outbox } from '@/outbox/instance'
import { lastHere, onWho } from '@/session/who'
import { described, untold } from './described'
import { dropFile, keepFile, keptFile } from './kept'
import { kindOf, objection, type FileKind } from './limits'
import { measure } from './measure'
import { Expired, put } from './put'

export type State = 'sending' | 'checking' | 'waiting' | 'ready' | 'failed'

export interface Upload {
  id: string
  account: string
  /** For which draft. */
  purpose: string
  name: string
  kind: FileKind
  size: number
  state: State
  share: number
  key: string
  /** How often it did not arrive. */
  tries?: number
  mediaId?: string
  message?: string
  /** What it shows, as it was typed. */
  words?: string
  /** What the server knows of that. */
  told?: string
}

const PLACE = 'joint.uploads'
let uploads: readonly Upload[] = readAll<Upload>(PLACE)
const files = new Map<string, File>()
const previews = new Map<string, string>()
const aborts = new Map<string, AbortController>()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

function announce(next: readonly Upload[]): void {
  uploads = next
  for (const listener of listeners) listener()
}

/** Other tabs have files of their own on the same list. */
function change(make: (now: readonly Upload[]) => readonly Upload[]): void {
  const next = make(readAll<Upload>(PLACE))
  write(PLACE, next)
  announce(next)
}

onStored(PLACE, () => {
  announce(readAll<Upload>(PLACE))
  // What another tab has taken off the list is sent no further.
  for (const [id, abort] of aborts) if (!uploads.some((upload) => upload.id === id)) abort.abort()
})

// Whoever comes next sends nothing of who was here before.
onWho(() => {
  for (const { id, account } of uploads) if (account !== lastHere()) aborts.get(id)?.abort()
})

function patch(id: string, to: Partial<Upload>): void {
  change((now) => now.map((upload) => (upload.id === id ? { ...upload, ...to } : upload)))
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const all = (): readonly Upload[] => uploads

/** Takes a file. Answers what is wrong with it, if something is. */
export function add(file: File, account: string, purpose: string): string | null {
  const wrong = objection(file)
  const kind = kindOf(file.type)
  if (wrong || !kind) return wrong
  const id = crypto.randomUUID()
  files.set(id, file)
  const upload: Upload = { id, account, purpose, name: file.name, kind, size: file.size, state: 'sending', share: 0, key: crypto.randomUUID() }
  change((now) => [...now, upload])
  void keepFile(id, file)
  void run(id)
  return null
}

/** Where it can be seen; nothing when it cannot. After a reload that is where Joint has it. */
export function preview({ id, kind, state, mediaId }: Upload): string | undefined {
  if (kind !== 'image') return undefined
  const file = files.get(id)
  if (file && !previews.has(id)) previews.set(id, URL.createObjectURL(file))
  return previews.get(id) ?? (state === 'ready' && mediaId ? sized(`/api/media/${mediaId}/content`, 96) : undefined)
}

/** Says what it shows. That is kept as it is typed, and sent with the file, or by `tell` when the file has arrived. */
export function describe(id: string, words: string): void {
  patch(id, { words })
}

/** Sends what is new of the words, once there is something that they are about. */
export function tell(id: string): void {
  const upload = uploads.find((one) => one.id === id)
  if (upload?.state !== 'ready' || upload.mediaId === undefined) return
  const words = untold(upload)
  if (words === null) return
  outbox.put('description', `/media/${upload.mediaId}`, { altText: words === '' ? null : words })
  patch(id, { told: words })
}

/** Stops it and takes it off the list. What had arrived is removed from the storage. */
export function remove(id: string): void {
  aborts.get(id)?.abort()
  const upload = uploads.find((one) => one.id === id)
  drop(id)
  if (!upload?.mediaId) return
  outbox.withdraw(`/media/${upload.mediaId}`)
  void api.DELETE('/api/media/{id}', { params: { path: { id: upload.mediaId } } }).catch(() => undefined)
}

/** They belong to a post now; given back, they can be attached anew. */
export function release(purpose: string): Upload[] {
  // Another tab may have done it.
  const released = readAll<Upload>(PLACE).filter((upload) => upload.purpose === purpose)
  for (const { id } of released) {
    tell(id)
    drop(id)
  }
  return released
}

/** Attaches once more what was released and not taken. */
export function attach(released: readonly Upload[]): void {
  change((now) => [...now.filter(({ id }) => !released.some((one) => one.id === id)), ...released])
}

/** Somebody is gone: nothing of theirs is sent or kept. */
export function forget(account: string): void {
  for (const { id } of uploads.filter((upload) => upload.account === account)) {
    aborts.get(id)?.abort()
    drop(id)
  }
}

function drop(id: string): void {
  files.delete(id)
  const address = previews.get(id)
  if (address) URL.revokeObjectURL(address)
  previews.delete(id)
  clearTimeout(timers.get(id))
  timers.delete(id)
  change((now) => now.filter((upload) => upload.id !== id))
  void dropFile(id)
}

export function retry(id: string): void {
  const upload = uploads.find((one) => one.id === id)
  // What was refused once needs a new place; what merely did not arrive goes to the old one.
  patch(id, upload?.state === 'failed' ? { key: crypto.randomUUID(), share: 0 } : {})
  void run(id)
}

/** Goes on with what a reload has interrupted. */
export function resume(account: string): void {
  for (const upload of uploads) {
    if (upload.account !== account || upload.state === 'ready' || upload.state === 'failed' || aborts.has(upload.id)) continue
    void run(upload.id)
  }
}

onReachability(() => {
  if (!isReachable()) return
  for (const upload of uploads) if (upload.state === 'waiting') void run(upload.id)
})

/** Sends it, unless it is being sent: also by another tab, of which this one takes over what is left. */
async function run(id: string): Promise<void> {
  if (aborts.has(id)) return
  const abort = new AbortController()
  aborts.set(id, abort)
  clearTimeout(timers.get(id))
  try {
    if ('locks' in navigator) await navigator.locks.request(`joint.upload.${id}`, { signal: abort.signal }, () => arrive(id, abort.signal))
    else await arrive(id, abort.signal)
  } catch {
    // Given up before it was its turn.
  } finally {
    aborts.delete(id)
  }
}

async function arrive(id: string, signal: AbortSignal): Promise<void> {
  uploads = readAll<Upload>(PLACE)
  const upload = uploads.find((one) => one.id === id)
  if (!upload || upload.state === 'ready' || upload.account !== lastHere()) return
  const file = files.get(id) ?? (await keptFile(id))
  if (!file) return patch(id, { state: 'failed', message: 'The page was closed before it had arrived. Choose the file again.' })
  files.set(id, file)
  patch(id, { state: 'sending', message: undefined })
  try {
    const mediaId = await deliver(file, upload, signal)
    patch(id, { state: 'checking', share: 1, mediaId })
    const measures = await measure(file, upload.kind)
    const altText = described(uploads.find((one) => one.id === id)?.words ?? '') || undefined
    const { media } = await answer(api.POST('/api/media/confirm', { body: { mediaId, altText, ...measures } }))
    // Asked a second time, it answers what was said the first time.
    patch(id, { state: 'ready', told: media.altText ?? '' })
    // More may have been typed meanwhile; whoever is still at it has a last word.
    tell(id)
    void dropFile(id)
  } catch (error) {
    failed(id, error)
  }
}

function failed(id: string, error: unknown): void {
  const upload = uploads.find((one) => one.id === id)
  if (!upload) return
  // Its owner goes on with it: `resume`.
  if (upload.account !== lastHere() || (error instanceof ApiError && error.status === 401)) return patch(id, { state: 'waiting', message: 'Goes on when you are logged in again' })
  if (!(error instanceof ApiError) || !error.isPassing || error.status === 429) return patch(id, { state: 'failed', message: inWords(error) })
  const tries = (upload.tries ?? 0) + 1
  patch(id, { state: 'waiting', tries, message: 'Goes on when Joint can be reached' })
  // Whether Joint itself is away, and says when it is back; a storage that is away, or a part that asks to wait, does not.
  if (error.status === 0) lookNow()
  timers.set(id, setTimeout(() => void run(id), untilNext(tries, error.retryAfter)))
}

/** Announces the file and sends it; once more with a new address when the first one is too old. */
async function deliver(file: File, upload: Upload, signal: AbortSignal): Promise<string> {
  for (const key of [upload.key, crypto.randomUUID()]) {
    if (key !== upload.key) patch(upload.id, { key, share: 0 })
    const where = await answer(
      api.POST('/api/media/upload', {
        body: { fileName: upload.name, fileType: file.type, fileSize: file.size },
        headers: { 'Idempotency-Key': key },
        signal,
      }),
    )
    try {
      await put(file, { ...where, headers: where.headers }, (share) => patch(upload.id, { share }), signal)
      return where.mediaId
    } catch (error) {
      if (!(error instanceof Expired)) throw error
    }
  }
  throw new ApiError(403, 'STORAGE', 'The storage did not take this file.')
}

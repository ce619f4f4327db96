/**
 * Files on their way from the person's device to the storage.
 *
 * They live outside of pages, so that going to another page stops nothing, and they are kept by the browser, so that a
 * reload goes on where it can. What is finished is remembered until its post is sent.
 */
import { ApiError, inWords } from '@/api/errors'
import { answer, api } from '@/api/client'
import { isReachable, onReachability } from '@/lib/connection'
import { read, write } from '@/lib/storage'
import { sized } from '@/lib/words'
import { outbox } from '@/outbox/instance'
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
  mediaId?: string
  message?: string
  /** What it shows, as it was typed. */
  words?: string
  /** What the server knows of that. */
  told?: string
}

const PLACE = 'joint.uploads'
let uploads: readonly Upload[] = read<Upload[]>(PLACE) ?? []
const files = new Map<string, File>()
const previews = new Map<string, string>()
const aborts = new Map<string, AbortController>()
const listeners = new Set<() => void>()

function set(next: readonly Upload[]): void {
  uploads = next
  write(PLACE, uploads)
  for (const listener of listeners) listener()
}

function patch(id: string, change: Partial<Upload>): void {
  set(uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)))
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
  set([...uploads, { id, account, purpose, name: file.name, kind, size: file.size, state: 'sending', share: 0, key: crypto.randomUUID() }])
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

/** They belong to a post now. */
export function release(purpose: string): void {
  for (const { id } of uploads.filter((upload) => upload.purpose === purpose)) {
    tell(id)
    drop(id)
  }
}

function drop(id: string): void {
  files.delete(id)
  const address = previews.get(id)
  if (address) URL.revokeObjectURL(address)
  previews.delete(id)
  set(uploads.filter((upload) => upload.id !== id))
  void dropFile(id)
}

export function retry(id: string): void {
  const upload = uploads.find((one) => one.id === id)
  // What was refused once needs a new place; what merely did not arrive goes to the old one.
  patch(id, upload?.state === 'failed' ? { key: crypto.randomUUID(), share: 0 } : {})
  void run(id)
}

/** Goes on with what a reload has interrupted. */
export async function resume(account: string): Promise<void> {
  for (const upload of uploads) {
    if (upload.account !== account || upload.state === 'ready' || upload.state === 'failed' || aborts.has(upload.id)) continue
    const file = files.get(upload.id) ?? (await keptFile(upload.id))
    if (file) {
      files.set(upload.id, file)
      void run(upload.id)
    } else {
      patch(upload.id, { state: 'failed', message: 'The page was closed before it had arrived. Choose the file again.' })
    }
  }
}

onReachability(() => {
  if (!isReachable()) return
  for (const upload of uploads) if (upload.state === 'waiting') void run(upload.id)
})

async function run(id: string): Promise<void> {
  const file = files.get(id)
  const upload = uploads.find((one) => one.id === id)
  if (!file || !upload || aborts.has(id)) return
  const abort = new AbortController()
  aborts.set(id, abort)
  patch(id, { state: 'sending', message: undefined })
  try {
    const mediaId = await deliver(file, upload, abort.signal)
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
    if (abort.signal.aborted) return
    const passing = error instanceof ApiError && error.isPassing && error.status !== 429
    patch(id, passing ? { state: 'waiting', message: 'Goes on when Joint can be reached' } : { state: 'failed', message: inWords(error) })
  } finally {
    aborts.delete(id)
  }
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

/**
 * What a person has sent and nobody has taken yet.
 *
 * A post or comment goes in here with its `Idempotency-Key` before it is sent, and stays, through reloads and a server
 * that was killed, until it was taken or refused. The same key goes with every try, so it is written once. So do words
 * about a file, of which the last ones count.
 */
import { ApiError } from '@/api/errors'
import { spread, untilNext } from '@/lib/patience'
import { onStored, readAll, write } from '@/lib/storage'
import type { Upload } from '@/upload/uploads'

export type Kind = 'post' | 'comment' | 'description'

export interface Entry {
  id: string
  key: string
  account: string
  kind: Kind
  path: string
  body: Record<string, unknown>
  createdAt: string
  tries: number
  /** The files that go with it, to give them back where it is written again. */
  files?: Upload[]
  /** Why it was not taken the last time, for people. */
  message?: string
  /** Nobody could be asked: it says nothing about the entry. */
  away?: boolean
  /** It will never be taken as it is; the person decides. */
  refused?: boolean
}

export type Deliver = (entry: Entry) => Promise<unknown>
type Listener = (entries: readonly Entry[]) => void

const PLACE = 'joint.outbox'
/** After so many seconds a tab sends what another one has put in and not sent: it may be closed. */
const TAKE_OVER = 30

export class Outbox {
  private entries: readonly Entry[] = readAll<Entry>(PLACE)
  private sending = new Set<string>()
  private timers = new Map<string, ReturnType<typeof setTimeout>>()
  private listeners = new Set<Listener>()
  private account: string | null = null

  constructor(
    private readonly deliver: Deliver,
    private readonly taken: (entry: Entry, answer: unknown) => void,
    private readonly refusedNow: (entry: Entry) => void = () => undefined,
  ) {
    onStored(PLACE, () => {
      this.entries = readAll<Entry>(PLACE)
      this.tell()
      for (const { id, refused } of this.mine()) if (!refused && !this.timers.has(id) && !this.sending.has(id)) this.later(id, spread(TAKE_OVER))
    })
  }

  /** Begins to send what waits of this person; of nobody when `null`. */
  start(account: string | null): void {
    this.account = account
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    // Another tab may have put something in since.
    this.entries = readAll<Entry>(PLACE)
    this.tell()
    this.sendAll()
  }

  /** Sends everything that waits, now; also what a tab has put in that is closed. */
  sendAll(): void {
    this.entries = readAll<Entry>(PLACE)
    for (const entry of this.mine()) if (!entry.refused) void this.send(entry.id)
  }

  mine(): readonly Entry[] {
    return this.account === null ? [] : this.entries.filter((entry) => entry.account === this.account)
  }

  all = (): readonly Entry[] => this.entries

  isSending(id: string): boolean {
    return this.sending.has(id)
  }

  put(kind: Kind, path: string, body: Record<string, unknown>, files: Upload[] = []): Entry {
    if (this.account === null) throw new Error('nobody is logged in')
    const entry: Entry = {
      id: crypto.randomUUID(),
      key: crypto.randomUUID(),
      account: this.account,
      kind,
      path,
      body,
      ...(files.length > 0 ? { files } : {}),
      createdAt: new Date().toISOString(),
      tries: 0,
    }
    const isReplaced = (other: Entry) => kind === 'description' && other.kind === kind && other.path === path && other.account === entry.account
    this.change((entries) => [...entries.filter((other) => !isReplaced(other)), entry])
    void this.send(entry.id)
    return entry
  }

  discard(id: string): void {
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    this.change((entries) => entries.filter((entry) => entry.id !== id))
  }

  /** Takes back that it was thrown away. */
  restore(entry: Entry): void {
    this.change((entries) => [...entries, entry])
    if (!entry.refused) void this.send(entry.id)
  }

  /** Throws away everything of somebody who is gone. */
  forget(account: string): void {
    this.change((entries) => entries.filter((entry) => entry.account !== account))
  }

  /** Nobody is to hear any more of what was said about this. */
  withdraw(path: string): void {
    for (const entry of this.mine()) if (entry.path === path) this.discard(entry.id)
  }

  retry(id: string): void {
    this.patch(id, { refused: false })
    void this.send(id)
  }

  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private async send(id: string): Promise<void> {
    const entry = this.entries.find((candidate) => candidate.id === id)
    if (!entry || this.sending.has(id) || entry.account !== this.account) return
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    this.sending.add(id)
    this.tell()
    try {
      // Words that take the place of others come after them, also when those are on their way.
      const answer = await alone(entry.kind === 'description' ? entry.path : id, async () => {
        // Another tab may have sent it while this one waited for its turn.
        if (!readAll<Entry>(PLACE).some((candidate) => candidate.id === id)) return undefined
        // And somebody else may be here by now.
        if (entry.account !== this.account) throw new ApiError(401, 'SESSION_CHANGED', 'Somebody else is logged in')
        return await this.deliver(entry)
      })
      this.sending.delete(id)
      this.discard(id)
      // Nobody else is told of it.
      if (answer !== undefined && entry.account === this.account) this.taken(entry, answer)
    } catch (error) {
      this.sending.delete(id)
      this.failed(entry, error)
    }
  }

  private failed(entry: Entry, error: unknown): void {
    const passing = !(error instanceof ApiError) || error.isPassing
    const message = error instanceof Error ? error.message : 'It was not sent'
    if (error instanceof ApiError && error.status === 401) {
      // It waits for its author to come back; `start` sends it then.
      this.patch(entry.id, { message: 'It is sent when you are logged in again', away: false, tries: entry.tries + 1 })
      return
    }
    if (!passing) {
      this.patch(entry.id, { refused: true, message, away: false, tries: entry.tries + 1 })
      if (entry.account === this.account) this.refusedNow({ ...entry, refused: true, message })
      return
    }
    this.patch(entry.id, { message, away: error instanceof ApiError && error.status === 0, tries: entry.tries + 1 })
    this.later(entry.id, untilNext(entry.tries + 1, error instanceof ApiError ? error.retryAfter : null))
  }

  private later(id: string, delay: number): void {
    clearTimeout(this.timers.get(id))
    this.timers.set(id, setTimeout(() => void this.send(id), delay))
  }

  private patch(id: string, change: Partial<Entry>): void {
    this.change((entries) => entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)))
  }

  private change(make: (entries: readonly Entry[]) => readonly Entry[]): void {
    this.entries = make(readAll<Entry>(PLACE))
    write(PLACE, this.entries)
    this.tell()
  }

  private tell(): void {
    // A new list each time: whoever watches compares by identity.
    this.entries = [...this.entries]
    for (const listener of this.listeners) listener(this.entries)
  }
}

/** One tab at a time. Without locks the key alone has to do: the server writes it once either way. */
async function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return await work()
  return await navigator.locks.request(`joint.outbox.${id}`, work)
}

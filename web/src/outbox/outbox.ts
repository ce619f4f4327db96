/**
 * What a person has sent and nobody has taken yet.
 *
 * A post or comment goes in here with its `Idempotency-Key` before it is sent, and stays, through reloads and a server
 * that was killed, until it was taken or refused. The same key goes with every try, so it is written once. So do words
 * about a file, of which the last ones count.
 */
import { ApiError } from '@/api/errors'
import { read, write } from '@/lib/storage'

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
  /** Why it was not taken the last time, for people. */
  message?: string
  /** It will never be taken as it is; the person decides. */
  refused?: boolean
}

export type Deliver = (entry: Entry) => Promise<unknown>
type Listener = (entries: readonly Entry[]) => void

const PLACE = 'joint.outbox'
const PATIENCE = [1, 2, 4, 8, 15, 30]

export class Outbox {
  private entries: readonly Entry[] = read<Entry[]>(PLACE) ?? []
  private sending = new Set<string>()
  private timers = new Map<string, ReturnType<typeof setTimeout>>()
  private listeners = new Set<Listener>()
  private account: string | null = null

  constructor(
    private readonly deliver: Deliver,
    private readonly taken: (entry: Entry, answer: unknown) => void,
    private readonly refusedNow: (entry: Entry) => void = () => undefined,
  ) {}

  /** Begins to send what waits of this person; of nobody when `null`. */
  start(account: string | null): void {
    this.account = account
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    // Another tab may have put something in since.
    this.entries = read<Entry[]>(PLACE) ?? this.entries
    this.tell()
    this.sendAll()
  }

  /** Sends everything that waits, now. */
  sendAll(): void {
    for (const entry of this.mine()) if (!entry.refused) void this.send(entry.id)
  }

  mine(): readonly Entry[] {
    return this.account === null ? [] : this.entries.filter((entry) => entry.account === this.account)
  }

  all = (): readonly Entry[] => this.entries

  isSending(id: string): boolean {
    return this.sending.has(id)
  }

  put(kind: Kind, path: string, body: Record<string, unknown>): Entry {
    if (this.account === null) throw new Error('nobody is logged in')
    const entry: Entry = {
      id: crypto.randomUUID(),
      key: crypto.randomUUID(),
      account: this.account,
      kind,
      path,
      body,
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
        const stored = read<Entry[]>(PLACE)
        if (stored && !stored.some((candidate) => candidate.id === id)) return undefined
        return await this.deliver(entry)
      })
      this.sending.delete(id)
      this.discard(id)
      if (answer !== undefined) this.taken(entry, answer)
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
      this.patch(entry.id, { message: 'It is sent when you are logged in again', tries: entry.tries + 1 })
      return
    }
    if (!passing) {
      this.patch(entry.id, { refused: true, message, tries: entry.tries + 1 })
      this.refusedNow({ ...entry, refused: true, message })
      return
    }
    this.patch(entry.id, { message, tries: entry.tries + 1 })
    const asked = error instanceof ApiError ? error.retryAfter : null
    const seconds = asked ?? PATIENCE[Math.min(entry.tries, PATIENCE.length - 1)] ?? 30
    // At once would be at the same moment as everybody else.
    const delay = seconds * 1000 * (1 + Math.random() * 0.2)
    this.timers.set(entry.id, setTimeout(() => void this.send(entry.id), delay))
  }

  private patch(id: string, change: Partial<Entry>): void {
    this.change((entries) => entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)))
  }

  private change(make: (entries: readonly Entry[]) => readonly Entry[]): void {
    const before = read<Entry[]>(PLACE) ?? this.entries
    this.entries = make(before)
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

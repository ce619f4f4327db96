import { isSame } from '@/lib/drafts'

/** What was typed in place of what: it counts as long as that stands there, and was not changed elsewhere. */
export type Edits<T> = { [Name in keyof T]?: [was: T[Name], is: T[Name]] }

export function edited<T extends object>(saved: T, edits: Edits<T>): T {
  const all = Object.entries(edits) as [keyof T, [unknown, unknown]][]
  const counting = all.filter(([name, [was]]) => isSame(was, saved[name]))
  return { ...saved, ...Object.fromEntries(counting.map(([name, [, is]]) => [name, is])) }
}

/** What was typed since the save was sent. */
export function unsaved<T extends object>(saved: T, edits: Edits<T>, sent: T): Edits<T> {
  const all = Object.entries(edits) as [keyof T, [unknown, unknown]][]
  const newer = all.filter(([name, [, is]]) => !isSame(is, sent[name]))
  return Object.fromEntries(newer.map(([name, [, is]]) => [name, [saved[name], is]])) as Edits<T>
}

/** What was typed in place of what: it counts as long as that stands there, and was not changed elsewhere. */
export type Edits<T> = { [Name in keyof T]?: [was: T[Name], is: T[Name]] }

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export function edited<T extends object>(saved: T, edits: Edits<T>): T {
  const all = Object.entries(edits) as [keyof T, [unknown, unknown]][]
  const counting = all.filter(([name, [was]]) => isSame(was, saved[name]))
  return { ...saved, ...Object.fromEntries(counting.map(([name, [, is]]) => [name, is])) }
}

import { load } from '@/lib/chunk'
import { forgetEvery, names, read } from '@/lib/storage'
import { outbox } from '@/outbox/instance'

const isOf = (id: string) => (one: { account: string }) => one.account === id

/** Whether something is kept here that somebody has typed, chosen or sent, and nobody has taken. */
export function isKeptOf(id: string): boolean {
  const uploads = read<{ account: string }[]>('joint.uploads') ?? []
  return outbox.all().some(isOf(id)) || uploads.some(isOf(id)) || names().some((key) => key.startsWith('joint.draft.') && key.includes(id))
}

/** Takes off this device what is kept there of somebody: drafts, what waits, files, and names of what was asked for. */
export async function forgetPerson(id: string): Promise<void> {
  outbox.forget(id)
  forgetEvery((key) => key.startsWith('joint.') && key.includes(id))
  // When it can be fetched: files stay until then.
  const uploads = await load(() => import('@/upload/uploads'))
  uploads.forget(id)
}

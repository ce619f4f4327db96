import { forgetEvery } from '@/lib/storage'
import { outbox } from '@/outbox/instance'

/** Takes off this device what is kept there of somebody: drafts, what waits, files, and names of what was asked for. */
export async function forgetPerson(id: string): Promise<void> {
  outbox.forget(id)
  forgetEvery((key) => key.startsWith('joint.') && key.includes(id))
  const uploads = await import('@/upload/uploads')
  uploads.forget(id)
}

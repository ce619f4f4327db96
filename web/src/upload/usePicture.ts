import { useEffect, useRef, useState } from 'react'
import { useAccount } from '@/session/SessionContext'
import { toast } from '@/ui/toast'
import { add, release, remove } from './uploads'
import { useUploads } from './useUploads'

/** One picture for one purpose: what is chosen last counts. `done` is told its id once it can be used. */
export function usePicture(purpose: string, done: (mediaId: string) => void) {
  const account = useAccount()
  const place = `${purpose}.${account.id}`
  const upload = useUploads(account.id, place).at(-1)
  const [preview, setPreview] = useState<string | null>(null)
  const latest = useRef(done)
  useEffect(() => {
    latest.current = done
  })
  useEffect(() => () => {
    if (preview) URL.revokeObjectURL(preview)
  }, [preview])

  const { id, state, mediaId, message } = upload ?? {}
  useEffect(() => {
    if (state === 'ready' && mediaId) {
      // One tab of several.
      if (release(place).length > 0) latest.current(mediaId)
    }
    if (state === 'failed' && id) {
      // Said once, and what was there before is in sight again.
      toast.bad(message ?? 'The picture was not taken')
      remove(id)
    }
  }, [id, state, mediaId, message, place])

  const choose = (file: File | undefined) => {
    if (!file) return
    if (!file.type.startsWith('image/')) return toast.bad(`${file.name} is not a picture`)
    if (upload) remove(upload.id)
    const wrong = add(file, account.id, place)
    if (wrong) toast.bad(wrong)
    else setPreview(URL.createObjectURL(file))
  }
  return { upload, preview, choose }
}

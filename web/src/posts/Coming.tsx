import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import type { Attachment, Post } from '@/api/types'
import { Button, Spinner } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { asDescribed, changePost } from './cache'

const names: Record<Attachment['kind'], string> = { image: 'picture', audio: 'recording', video: 'video', document: 'document' }
/** In which it is looked again, in seconds; after the last one somebody has to ask. */
const PAUSES = [2, 4, 8, 16, 30, 60]
const reasons: Record<string, string> = {
  MEDIA_TOO_MANY_PIXELS: 'it has too many pixels',
  MEDIA_TOO_ELABORATE: 'it is too elaborate',
  MEDIA_LOST: 'it was lost on its way',
}

/** Files of a post that are still being cleaned: they keep their room, and are shown as soon as they are there. */
export default function Coming({ post, isMine }: { post: Post; isMine: boolean }) {
  const client = useQueryClient()
  const [looked, setLooked] = useState(0)
  const { id } = post
  const files = post.media.filter(({ url }) => !url)
  const ids = files.map((file) => file.id).join()
  const pause = PAUSES[looked]
  useEffect(() => {
    if (pause === undefined) return
    const look = async () => {
      const fresh = asDescribed(await answer(api.GET('/api/posts/{id}', { params: { path: { id } } })))
      // What is refused is taken off its post; only its owner learns why.
      const gone = isMine ? ids.split(',').filter((one) => !fresh.media.some((file) => file.id === one)) : []
      for (const one of gone) await tell(one).catch(() => undefined)
      changePost(client, id, (shown) => ({ ...shown, media: fresh.media, mediaUrls: fresh.mediaUrls }))
    }
    const timer = setTimeout(() => void look().catch(() => undefined).then(() => setLooked((now) => now + 1)), pause * 1000)
    return () => clearTimeout(timer)
  }, [client, id, ids, isMine, pause])
  return files.map((file) => (
    <div
      key={file.id}
      className="grid place-content-center justify-items-center gap-3 rounded-xl border border-line bg-sunken/60 p-4 text-center text-[0.9375rem] text-ink-2"
      style={file.kind === 'image' || file.kind === 'video' ? { aspectRatio: file.width && file.height ? Math.min(Math.max(file.width / file.height, 0.8), 2.4) : '16 / 9' } : { minHeight: '5rem' }}
    >
      <p role="status" className="flex items-center gap-2.5">
        {pause !== undefined && <Spinner />}
        This {names[file.kind]} is being prepared.
      </p>
      {pause === undefined && (
        <Button look="plain" size="small" onClick={() => setLooked(0)}>
          Look again
        </Button>
      )}
    </div>
  ))
}

async function tell(id: string): Promise<void> {
  const { kind, failedFor } = await answer(api.GET('/api/media/{id}', { params: { path: { id } } }))
  if (failedFor) toast.bad(`Your ${kind ? names[kind] : 'file'} cannot be shown: ${reasons[failedFor] ?? 'it cannot be read'}. Add it to a post anew, or another one.`)
}

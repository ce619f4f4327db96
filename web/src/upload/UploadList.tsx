import { useState } from 'react'
import { AudioLines, Check, Clapperboard, FileText, Image, RotateCw, X } from 'lucide-react'
import { IconButton, Spinner } from '@/ui/Button'
import { cx } from '@/ui/cx'
import { Describe } from './Describe'
import { megabytes } from './limits'
import { preview, remove, retry, type Upload } from './uploads'

const signs = { image: Image, audio: AudioLines, video: Clapperboard, document: FileText }

function said({ state, share, message, size }: Upload): string {
  switch (state) {
    case 'sending':
      return `${Math.round(share * 100)} % of ${megabytes(size)}`
    case 'checking':
      return 'Being looked at'
    case 'ready':
      return `Ready, ${megabytes(size)}`
    case 'waiting':
    case 'failed':
      return message ?? 'Not sent'
  }
}

/** A picture itself, as nobody describes what they do not see. */
function Sign({ upload }: { upload: Upload }) {
  const [broken, setBroken] = useState<string | null>(null)
  const address = preview(upload)
  const Kind = signs[upload.kind]
  return (
    <span aria-hidden="true" className="grid size-10 shrink-0 place-items-center overflow-hidden rounded-md text-ink-3">
      {address && address !== broken ? (
        <img src={address} alt="" width={40} height={40} decoding="async" className="size-full object-cover" onError={() => setBroken(address)} />
      ) : (
        <Kind className="size-5" />
      )}
    </span>
  )
}

export default function UploadList({ uploads }: { uploads: Upload[] }) {
  return (
    <ul aria-label="Attached files" className="mt-3 grid grid-cols-1 gap-2">
      {uploads.map((upload) => {
        const { id, name, state, share } = upload
        return (
          <li key={id} className="relative overflow-hidden rounded-xl border border-line bg-sunken/60">
            <div className="relative flex items-center gap-3 py-1.5 pr-1.5 pl-3">
              <Sign upload={upload} />
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-semibold">{name}</p>
                <p className={cx('flex items-center gap-1.5 text-xs tabular-nums', state === 'failed' ? 'font-medium text-danger' : 'text-ink-3')}>
                  {state === 'ready' && <Check aria-hidden="true" className="size-3.5 text-ok" />}
                  {state === 'checking' && <Spinner />}
                  {said(upload)}
                </p>
              </div>
              {(state === 'failed' || state === 'waiting') && (
                <IconButton label={`Try again: ${name}`} onClick={() => retry(id)}>
                  <RotateCw aria-hidden="true" className="size-4.5" />
                </IconButton>
              )}
              <IconButton label={`${state === 'ready' || state === 'failed' ? 'Remove' : 'Cancel'}: ${name}`} onClick={() => remove(id)}>
                <X aria-hidden="true" className="size-4.5" />
              </IconButton>
            </div>
            <Describe upload={upload} />
            {state === 'sending' && (
              <progress value={share} max={1} aria-label={`Sending ${name}`} className="block h-1 w-full appearance-none [&::-moz-progress-bar]:bg-marker [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-marker" />
            )}
          </li>
        )
      })}
    </ul>
  )
}

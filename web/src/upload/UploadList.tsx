import { AudioLines, Check, Clapperboard, FileText, Image, RotateCw, X } from 'lucide-react'
import { IconButton, Spinner } from '@/ui/Button'
import { cx } from '@/ui/cx'
import { megabytes } from './limits'
import { remove, retry, type Upload } from './uploads'

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

export function UploadList({ uploads }: { uploads: Upload[] }) {
  if (uploads.length === 0) return null
  return (
    <ul aria-label="Attached files" className="mt-3 grid grid-cols-1 gap-2">
      {uploads.map((upload) => {
        const { id, name, kind, state, share } = upload
        const Sign = signs[kind]
        return (
          <li key={id} className="relative overflow-hidden rounded-xl border border-line bg-sunken/60">
            <div className="relative flex items-center gap-3 py-1.5 pr-1.5 pl-3">
              <Sign aria-hidden="true" className="size-5 shrink-0 text-ink-3" />
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
            {state === 'sending' && (
              <progress value={share} max={1} aria-label={`Sending ${name}`} className="block h-1 w-full appearance-none [&::-moz-progress-bar]:bg-marker [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-marker" />
            )}
          </li>
        )
      })}
    </ul>
  )
}

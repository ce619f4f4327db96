import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { Button } from './Button'
import { Dialog } from './Dialog'

interface Props {
  title: string
  children: ReactNode
  action: string
  /** What leaves everything as it is. */
  keep?: string
  busy?: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be taken back. */
export default function ConfirmDialog({ title, children, action, keep = 'Keep it', busy = false, onConfirm, onClose }: Props) {
  const safe = useRef<HTMLButtonElement>(null)
  // After the dialog has opened, which is a child of this: who presses Enter without reading keeps what there is.
  useLayoutEffect(() => safe.current?.focus(), [])
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="text-ink-2">{children}</div>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button ref={safe} look="quiet" onClick={onClose}>
          {keep}
        </Button>
        <Button look="final" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}

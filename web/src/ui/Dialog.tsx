import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { IconButton } from './Button'
import { cx } from './cx'
import { dialogs } from './dialogs'
import { giveBackFocus } from './focus'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
}

/**
 * The browser's own dialog: it keeps the focus inside, makes the page behind inert, closes by Escape and gives the focus
 * back, without injecting a style sheet that the site's policy would refuse.
 */
export function Dialog({ title, onClose, children, wide = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()

  // Before it is taken away, or the browser does not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current
    if (!element) return
    element.showModal()
    dialogs.opened(element)
    return () => {
      dialogs.closed(element)
      element.close()
      giveBackFocus(element)
    }
  }, [])

  return (
    // Pressing the backdrop is a convenience; Escape and the button do the same.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
      className={cx(
        'm-auto max-h-[92dvh] w-[calc(100vw-1.5rem)] overflow-y-auto overscroll-contain rounded-2xl border border-line bg-raised p-0 text-ink shadow-lift animate-sheet max-sm:mb-3',
        wide ? 'max-w-2xl' : 'max-w-md',
      )}
    >
      <div className="p-5 sm:p-6">
        <div className="mb-4 flex items-start justify-between gap-4">
          <h2 id={id} className="text-xl">
            {title}
          </h2>
          <IconButton label="Close" onClick={onClose} className="-mt-2 -mr-2">
            <X aria-hidden="true" className="size-5" />
          </IconButton>
        </div>
        {children}
      </div>
    </dialog>
  )
}

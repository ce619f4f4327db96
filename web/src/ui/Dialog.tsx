import { useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { Button, IconButton } from './Button'
import { cx } from './cx'
import { dialogs } from './dialogs'
import { giveBackFocus } from './focus'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
  /** Something was typed here before, and is lost when it closes. What is typed while it is open it sees itself. */
  isChanged?: boolean
}

/**
 * The browser's own dialog: it keeps the focus inside, makes the page behind inert, closes by Escape and gives the focus
 * back, without injecting a style sheet that the site's policy would refuse.
 */
export function Dialog({ title, onClose, children, wide = false, isChanged = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const typed = useRef(false)
  const pressed = useRef<EventTarget | null>(null)
  const [asking, setAsking] = useState(false)
  /** Where somebody was. */
  const left = useRef<HTMLElement | null>(null)
  const leave = () => {
    if (!isChanged && !typed.current) return onClose()
    const { activeElement } = document
    if (!asking && activeElement instanceof HTMLElement && activeElement !== dialog.current) left.current = activeElement
    setAsking(true)
  }

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
        leave()
      }}
      // A second Escape cannot be prevented.
      onClose={() => {
        if (dialog.current?.isConnected && !dialog.current.open) dialog.current.showModal()
      }}
      onInput={() => {
        typed.current = true
      }}
      onBlur={({ target }) => {
        if (!asking) left.current = target
      }}
      onPointerDown={(event) => {
        pressed.current = event.target
      }}
      // Who selects text and lets go outside of it has pressed inside.
      onClick={(event) => {
        if (event.target === dialog.current && pressed.current === dialog.current) leave()
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
          <IconButton label="Close" onClick={leave} className="-mt-2 -mr-2">
            <X aria-hidden="true" className="size-5" />
          </IconButton>
        </div>
        {children}
      </div>
      {asking && (
        <Sure
          onKeep={() => {
            setAsking(false)
            left.current?.focus()
          }}
          onLeave={onClose}
        />
      )}
    </dialog>
  )
}

/** What was typed goes only when somebody says so. */
function Sure({ onKeep, onLeave }: { onKeep: () => void; onLeave: () => void }) {
  const keep = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => keep.current?.focus(), [])
  return (
    <div role="alert" className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-raised p-4">
      <p className="mr-auto font-semibold">Throw away what you changed?</p>
      <Button ref={keep} look="plain" size="small" onClick={onKeep}>
        Go on
      </Button>
      <Button look="final" size="small" onClick={onLeave}>
        Throw it away
      </Button>
    </div>
  )
}

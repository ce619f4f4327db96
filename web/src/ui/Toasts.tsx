import { useEffect, useState, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'
import { Check, CircleAlert, X } from 'lucide-react'
import { IconButton } from './Button'
import { dialogs } from './dialogs'
import { cx } from './cx'
import { dismiss, toast, type Toast } from './toast'

/** Shown at the edge of the page, or of the dialog above it; read aloud by regions that were there before. */
export function Toasts() {
  const all = useSyncExternalStore(toast.subscribe, toast.all)
  const dialog = useSyncExternalStore(dialogs.subscribe, dialogs.top)
  const last = all.at(-1)
  const [said, setSaid] = useState<{ toast: Toast | undefined; at: HTMLElement | null }>({ toast: undefined, at: null })
  // Where one is when it comes: a dialog that closes later does not have it read once more.
  if (last && last.id > (said.toast?.id ?? 0)) setSaid({ toast: last, at: dialog })
  const region = (at: HTMLElement | null) => (
    <div aria-live="polite" className="sr-only">
      {said.at === at && all.some(({ id }) => id === said.toast?.id) && said.toast?.text}
    </div>
  )
  return (
    <>
      {region(null)}
      {dialog && createPortal(region(dialog), dialog)}
      {all.length > 0 &&
        createPortal(
          <section
            aria-label="Messages"
            className={cx(
              'pointer-events-none fixed inset-x-3 z-50 grid justify-items-center gap-2 sm:bottom-6',
              // On a phone a dialog has its buttons below.
              dialog ? 'max-sm:top-3' : 'max-sm:bottom-[calc(4.75rem+env(safe-area-inset-bottom))]',
            )}
          >
            {all.map((one) => (
              <One key={one.id} toast={one} />
            ))}
          </section>,
          dialog ?? document.body,
        )}
    </>
  )
}

function One({ toast: { id, text, bad, action } }: { toast: Toast }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    // What went wrong stays long enough to be read twice; what can be done, long enough to get there with the keyboard.
    const timer = setTimeout(() => dismiss(id), action ? 30_000 : bad ? 12_000 : 5_000)
    return () => clearTimeout(timer)
  }, [id, bad, action, held])
  return (
    // What can be pressed is inside of it.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-xl bg-ink py-1.5 pr-1.5 pl-4 text-[0.9375rem] text-paper shadow-lift animate-rise"
      // Whoever is at it is not done with it.
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {bad ? <CircleAlert aria-hidden="true" className="size-5 shrink-0" /> : <Check aria-hidden="true" className="size-5 shrink-0" />}
      <p>{text}</p>
      {action && (
        <button
          type="button"
          className="rounded-lg px-3 py-1.5 font-semibold underline underline-offset-4"
          onClick={() => {
            dismiss(id)
            action.run()
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton label="Close the message" className="text-paper hover:bg-paper/15 hover:text-paper" onClick={() => dismiss(id)}>
        <X aria-hidden="true" className="size-4.5" />
      </IconButton>
    </div>
  )
}

import { useLayoutEffect, useRef, useState } from 'react'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import type { Attachment } from '@/api/types'
import { sized } from '@/lib/words'
import { dialogs } from '@/ui/dialogs'

interface Props {
  images: Attachment[]
  start: number
  whose: string
  onClose: () => void
}

const round = 'grid size-12 place-items-center rounded-full bg-black/60 text-white hover:bg-black/85 disabled:opacity-30'

/** Pictures as large as the window. Arrow keys turn the page, Escape closes. */
export default function Viewer({ images, start, whose, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [index, setIndex] = useState(start)
  const image = images[index]
  const turn = (by: number) => setIndex((now) => Math.min(Math.max(now + by, 0), images.length - 1))

  // Before it is taken away, or the browser does not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current
    if (!element) return
    element.showModal()
    dialogs.opened(element)
    return () => {
      dialogs.closed(element)
      element.close()
    }
  }, [])

  return (
    // The arrow keys are a shortcut for the two buttons.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={`Pictures of ${whose}'s post`}
      className="m-0 size-full max-h-none max-w-none bg-black/92 p-0 animate-fade"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') turn(-1)
        if (event.key === 'ArrowRight') turn(1)
      }}
    >
      <div className="grid size-full place-items-center p-2 sm:p-8">
        {image && (
          <img
            key={image.id}
            src={sized(image.url, 1600)}
            alt={`${index + 1} of ${images.length} in ${whose}'s post`}
            width={image.width ?? undefined}
            height={image.height ?? undefined}
            className="max-h-full w-auto max-w-full rounded-md object-contain animate-fade"
          />
        )}
      </div>
      <button type="button" aria-label="Close" onClick={onClose} className={`fixed top-3 right-3 ${round}`}>
        <X aria-hidden="true" />
      </button>
      {images.length > 1 && (
        <div className="fixed inset-x-0 bottom-4 flex items-center justify-center gap-4">
          <button type="button" aria-label="The picture before" disabled={index === 0} onClick={() => turn(-1)} className={round}>
            <ChevronLeft aria-hidden="true" />
          </button>
          <p aria-live="polite" className="rounded-full bg-black/60 px-3 py-1 font-script text-white">
            {index + 1} / {images.length}
          </p>
          <button type="button" aria-label="The next picture" disabled={index === images.length - 1} onClick={() => turn(1)} className={round}>
            <ChevronRight aria-hidden="true" />
          </button>
        </div>
      )}
    </dialog>
  )
}

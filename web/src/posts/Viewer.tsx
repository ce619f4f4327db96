import { useLayoutEffect, useRef, useState } from 'react'
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from 'lucide-react'
import { cx } from '@/ui/cx'
import type { Attachment } from '@/api/types'
import { sized } from '@/lib/words'
import { dialogs } from '@/ui/dialogs'

interface Props {
  images: Attachment[]
  start: number
  whose: string
  onClose: () => void
}

const round = 'grid size-12 place-items-center rounded-full text-white hover:bg-white/20 disabled:opacity-30'

/** Pictures as large as the window leaves room for beside their words and buttons. Arrow keys turn the page, Escape closes. */
export default function Viewer({ images, start, whose, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [index, setIndex] = useState(start)
  const [isLarge, setIsLarge] = useState(false)
  const touched = useRef<number | null>(null)
  const image = images[index]
  const turn = (by: number) => {
    setIsLarge(false)
    setIndex((now) => Math.min(Math.max(now + by, 0), images.length - 1))
    dialog.current?.scrollTo(0, 0)
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
    }
  }, [])

  return (
    // The arrow keys are a shortcut for the two buttons.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={`Pictures of ${whose}'s post`}
      className="m-0 size-full max-h-none max-w-none overflow-y-auto bg-black p-0 animate-fade"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') turn(-1)
        if (event.key === 'ArrowRight') turn(1)
      }}
    >
      {/* Long words make it longer than the window, and never the picture small. */}
      <div className="flex min-h-full flex-col">
        <div className="sticky top-0 z-1 flex justify-end bg-black p-1.5">
          <button type="button" aria-label="As large as it is" aria-pressed={isLarge} onClick={() => setIsLarge(!isLarge)} className={round}>
            {isLarge ? <ZoomOut aria-hidden="true" /> : <ZoomIn aria-hidden="true" />}
          </button>
          <button type="button" aria-label="Close" onClick={onClose} className={round}>
            <X aria-hidden="true" />
          </button>
        </div>
        {/* Shortcuts for the buttons above and below. */}
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div
          className={cx('relative min-h-[55dvh] flex-1', isLarge ? 'overflow-auto' : 'mx-2 touch-pan-y sm:mx-8')}
          // A finger turns the page, too; of what is larger than the window it moves the picture.
          onTouchStart={({ touches }) => {
            touched.current = touches.length === 1 ? (touches[0]?.clientX ?? null) : null
          }}
          onTouchEnd={({ changedTouches }) => {
            const way = (changedTouches[0]?.clientX ?? 0) - (touched.current ?? Number.NaN)
            if (!isLarge && Math.abs(way) > 50) turn(way > 0 ? -1 : 1)
          }}
          onDoubleClick={() => setIsLarge(!isLarge)}
        >
          {image && (
            <img
              key={image.id}
              src={sized(image.url, 1600)}
              alt={image.altText ?? `${index + 1} of ${images.length} in ${whose}'s post`}
              width={image.width ?? undefined}
              height={image.height ?? undefined}
              className={isLarge ? 'mx-auto max-w-none' : 'absolute inset-0 size-full object-scale-down animate-fade'}
            />
          )}
        </div>
        {image?.altText && (
          // Whoever does not see the picture has heard it already.
          <p aria-hidden="true" className="mx-auto max-w-[68ch] px-4 pt-3 text-[0.9375rem] whitespace-pre-wrap text-white sm:px-8">
            {image.altText}
          </p>
        )}
        {images.length > 1 ? (
          <div className="sticky bottom-0 mt-1.5 flex items-center justify-center gap-4 bg-black p-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))]">
            <button type="button" aria-label="The picture before" disabled={index === 0} onClick={() => turn(-1)} className={round}>
              <ChevronLeft aria-hidden="true" />
            </button>
            <p aria-live="polite" className="min-w-16 text-center font-script text-white">
              {index + 1} / {images.length}
            </p>
            <button type="button" aria-label="The next picture" disabled={index === images.length - 1} onClick={() => turn(1)} className={round}>
              <ChevronRight aria-hidden="true" />
            </button>
          </div>
        ) : (
          <div className="h-4 shrink-0 sm:h-8" />
        )}
      </div>
    </dialog>
  )
}

import type { ReactNode } from 'react'
import { ArrowLeft, ArrowRight } from 'lucide-react'
import { Button } from '@/ui/Button'

interface SceneProps {
  title: string
  lead: string
  children: ReactNode
  onBack?: () => void
  onNext: () => void
  next?: string
  busy?: boolean
}

/** One step: what it is about, and the way on and back. */
export function Scene({ title, lead, children, onBack, onNext, next = 'Next', busy = false }: SceneProps) {
  return (
    <div className="p-5 sm:p-8">
      <h1 className="text-3xl sm:text-4xl">{title}</h1>
      <p className="mt-2 text-ink-2">{lead}</p>
      <div className="mt-6">{children}</div>
      <div className="mt-8 flex items-center justify-between gap-3">
        {onBack ? (
          <Button look="quiet" className="-ml-4" onClick={onBack}>
            <ArrowLeft aria-hidden="true" className="size-4.5" />
            Back
          </Button>
        ) : (
          <span />
        )}
        <Button busy={busy} onClick={onNext}>
          {next}
          <ArrowRight aria-hidden="true" className="size-4.5" />
        </Button>
      </div>
    </div>
  )
}

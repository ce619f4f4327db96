import { lazy, Suspense, useEffect, type ComponentType, type ReactNode } from 'react'
import { load } from '@/lib/chunk'
import { toast } from './toast'

interface Closes {
  onClose: () => void
}

/**
 * A dialog or menu that is fetched when it is opened. Where that cannot be done it is said, and closed again: the page
 * stays, and the next try asks anew.
 */
export function later<P extends Closes>(chunk: () => Promise<{ default: ComponentType<P> }>) {
  const make = () => lazy<ComponentType<P>>(() => load(chunk, false).catch(() => ({ default: Missing })))
  let Now = make()
  function Missing({ onClose }: P) {
    useEffect(() => {
      Now = make()
      toast.bad('That part of Joint could not be loaded. Try it again in a moment.')
      onClose()
    }, [onClose])
    return null
  }
  return function Later({ fallback = null, ...props }: P & { fallback?: ReactNode }) {
    return (
      <Suspense fallback={fallback}>
        <Now {...(props as unknown as P)} />
      </Suspense>
    )
  }
}

import { useSyncExternalStore } from 'react'
import { CloudOff } from 'lucide-react'
import { isReachable, lookNow, onReachability } from '@/lib/connection'
import { useOutbox } from '@/outbox/useOutbox'

/** Says that Joint cannot be reached, and what that means for what was typed. */
export function ConnectionBanner() {
  const reachable = useSyncExternalStore(onReachability, isReachable)
  const waiting = useOutbox().filter((entry) => !entry.refused).length
  return (
    <div role="status" className="sticky top-0 z-45">
      {!reachable && (
        <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-marker px-4 py-2 text-sm font-medium text-on-marker">
          <CloudOff aria-hidden="true" className="size-4.5" />
          <span>
            {navigator.onLine ? 'Joint cannot be reached.' : 'You are offline.'}{' '}
            {waiting > 0 ? `${waiting === 1 ? 'What you sent is' : `${waiting} things you sent are`} kept here and will go out once it is back.` : 'What you type is kept here.'}
          </span>
          <button type="button" className="font-semibold underline underline-offset-4" onClick={lookNow}>
            Try now
          </button>
        </div>
      )}
    </div>
  )
}

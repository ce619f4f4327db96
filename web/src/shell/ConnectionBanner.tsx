import { useSyncExternalStore } from 'react'
import { CloudOff } from 'lucide-react'
import { isReachable, lookNow, onReachability } from '@/lib/connection'
import { useOutbox } from '@/outbox/useOutbox'
import { cx } from '@/ui/cx'

/** Says that Joint cannot be reached, and what that means for what was typed. Below the head of its frame, wherever that stays. */
export function ConnectionBanner({ className }: { className: string }) {
  const reachable = useSyncExternalStore(onReachability, isReachable)
  const waiting = useOutbox().filter((entry) => !entry.refused).length
  return (
    <div role="status" className={cx('sticky z-39', className)}>
      {!reachable && (
        <div className="flex items-center justify-center gap-3 bg-marker px-4 py-2 text-sm font-medium text-on-marker">
          <CloudOff aria-hidden="true" className="size-4.5 shrink-0" />
          <span>
            {navigator.onLine ? 'Joint cannot be reached.' : 'You are offline.'}{' '}
            {waiting > 0 ? `${waiting === 1 ? 'What you sent is' : `${waiting} things you sent are`} kept here and will go out once it is back.` : 'What you type is kept here.'}
          </span>
          <button type="button" className="min-h-8 shrink-0 font-semibold underline underline-offset-4" onClick={lookNow}>
            Try now
          </button>
        </div>
      )}
    </div>
  )
}

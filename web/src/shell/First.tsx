import { useEffect, useState } from 'react'
import { useQueryClient, type Query } from '@tanstack/react-query'
import { lookNow } from '@/lib/connection'
import { Button } from '@/ui/Button'

/** So long, in milliseconds, nobody wonders. */
const PATIENCE = 2500

/** What is there before anything is there: room, so that nothing jumps. After a while it says that it takes long. */
export function First() {
  const [isLate, setIsLate] = useState(false)
  const client = useQueryClient()
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  const again = () => {
    lookNow()
    // What waits to be asked once more would go on waiting.
    const missing = { predicate: ({ state }: Query) => state.status !== 'success' }
    void client.cancelQueries(missing).then(() => client.refetchQueries(missing))
  }
  return (
    <div className="min-h-dvh" aria-busy="true">
      {isLate && (
        <div role="status" className="grid justify-items-center gap-4 px-6 py-20 text-center text-ink-2">
          <p>Joint takes longer than usual to answer.</p>
          <Button look="plain" size="small" onClick={again}>
            Try again
          </Button>
        </div>
      )}
    </div>
  )
}

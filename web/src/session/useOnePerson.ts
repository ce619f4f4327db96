import { useEffect, useLayoutEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { actFor } from '@/api/client'
import type { Account } from '@/api/types'
import { toast } from '@/ui/toast'
import { meKey, show } from './show'
import { lastHere, onWho } from './who'

/**
 * Tabs have one cookie between them: a page shows one person only, and nobody once the browser has somebody else's session. Says
 * whether this page has shown somebody else: then it is loaded anew, and shows nobody until it goes.
 */
export function useOnePerson(isKnown: boolean, id: string | null): boolean {
  const client = useQueryClient()
  // A page is one person's, with all that is on its way: for the next one it is loaded anew. Until it goes it acts for the first one,
  // so nothing that still waits in it is sent with the session of the next.
  const [first, setFirst] = useState<string | null>(null)
  if (first === null && id !== null) setFirst(id)
  const isAnothers = first !== null && id !== null && id !== first
  const whose = isAnothers ? first : id

  // Another tab has logged in or out. One that slept meanwhile may not have heard of it.
  useEffect(() => {
    const look = () => {
      const known = client.getQueryData<Account | null>(meKey)
      if (known === undefined || (known?.id ?? null) === lastHere()) return
      if (known) toast.bad(`${lastHere() === null ? 'You were logged out.' : 'You have logged in in another tab.'} What you typed is kept.`)
      show(client, null)
      void client.invalidateQueries({ queryKey: meKey })
    }
    actFor(isKnown ? whose : undefined, (isTold) => {
      look()
      if (isTold) void client.invalidateQueries({ queryKey: meKey })
    })
    const stop = onWho(look)
    document.addEventListener('visibilitychange', look)
    window.addEventListener('pageshow', look)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('pageshow', look)
    }
  }, [client, whose, isKnown])

  // What was typed, sent and chosen is kept.
  useLayoutEffect(() => {
    if (isAnothers) location.reload()
  }, [isAnothers])
  return isAnothers
}

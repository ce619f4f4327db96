import { createContext, use, useCallback, useEffect, useMemo, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api, onSessionEnd } from '@/api/client'
import { ApiError } from '@/api/errors'
import type { Account } from '@/api/types'
import { outbox } from '@/outbox/instance'
import { useTheme } from '@/theme/ThemeContext'
import { toast } from '@/ui/toast'
import { beginLeaving } from './leaving'
import { forgetPerson, isKeptOf } from './forget'
import { meKey, show } from './show'
import { useOnePerson } from './useOnePerson'
import { lastHere, tellWho } from './who'

interface Session {
  /** Who is here; `null` when nobody is, or nobody knows yet. */
  account: Account | null
  /** Whether it is known. Until then `wasHere` says what is likely. */
  isKnown: boolean
  wasHere: boolean
  began: (account: Account) => void
  logOut: () => Promise<void>
  /** Nobody is here any more, and nothing of that person stays on this device: the account is deleted. Leads there. */
  erased: (to: string) => void
}

const Context = createContext<Session | null>(null)

async function whoIsHere({ signal }: { signal: AbortSignal }): Promise<Account | null> {
  // What was given up is about a session of before.
  const told = (account: Account | null) => {
    if (!signal.aborted) tellWho(account?.id ?? null)
    return account
  }
  try {
    return told((await answer(api.GET('/api/auth/me', { signal }))).user)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    return told(null)
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: meKey,
    queryFn: whoIsHere,
    staleTime: 60_000,
    gcTime: Infinity,
    refetchOnWindowFocus: true,
    retry: (_, error) => error instanceof ApiError && error.isPassing,
  })
  // Known stays known, though a later look fails.
  const isTold = data !== undefined
  const id = data?.id ?? null
  const isAnothers = useOnePerson(isTold, id)
  const account = (!isAnothers && data) || null
  const isKnown = isTold && !isAnothers
  const { suggest } = useTheme()
  const theme = account?.theme
  useEffect(() => {
    if (theme) suggest(theme)
  }, [theme, suggest])

  useEffect(() => {
    if (!isKnown) return
    outbox.start(id)
  }, [id, isKnown])

  useEffect(
    () =>
      onSessionEnd(() => {
        // What is answered late to the one before is nothing about the one of now.
        if (isAnothers || !client.getQueryData(meKey)) return
        show(client, null)
        tellWho(null)
        toast.bad('You were logged out. What you typed is kept for when you are back.')
      }),
    [client, isAnothers],
  )

  const began = useCallback(
    (next: Account) => {
      show(client, next)
      tellWho(next.id)
    },
    [client],
  )

  const logOut = useCallback(async () => {
    try {
      await answer(api.POST('/api/auth/logout'))
    } catch (error) {
      // It had ended already: that is what was wanted.
      if (!(error instanceof ApiError) || error.status !== 401 || error.code === 'SESSION_CHANGED') throw error
    }
    beginLeaving()
    show(client, null)
    tellWho(null)
    // Others may use this device.
    if (id && isKeptOf(id)) toast.ok('What you typed and did not send is kept on this device.', { label: 'Forget it', run: () => void forgetPerson(id) })
  }, [client, id])

  const erased = useCallback((to: string) => {
    beginLeaving(to)
    show(client, null)
    tellWho(null)
    if (id) void forgetPerson(id)
  }, [client, id])

  const session = useMemo(
    () => ({ account, isKnown, wasHere: lastHere() !== null, began, logOut, erased }),
    [account, isKnown, began, logOut, erased],
  )
  return <Context value={session}>{children}</Context>
}

export function useSession(): Session {
  const session = use(Context)
  if (!session) throw new Error('useSession is used outside of SessionProvider')
  return session
}

/** Who is here, on pages that nobody else sees. */
export function useAccount(): Account {
  const { account } = useSession()
  if (!account) throw new Error('a page for members was shown to nobody')
  return account
}

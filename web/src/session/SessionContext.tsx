import { createContext, use, useCallback, useEffect, useMemo, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api, forgetEarly, onSessionEnd } from '@/api/client'
import { ApiError } from '@/api/errors'
import type { Account } from '@/api/types'
import { outbox } from '@/outbox/instance'
import { forget, read, write } from '@/lib/storage'
import { useTheme } from '@/theme/ThemeContext'
import { toast } from '@/ui/toast'
import { beginLeaving } from './leaving'

interface Session {
  /** Who is here; `null` when nobody is, or nobody knows yet. */
  account: Account | null
  /** Whether it is known. Until then `wasHere` says what is likely. */
  isKnown: boolean
  wasHere: boolean
  began: (account: Account) => void
  logOut: () => Promise<void>
}

const WAS_HERE = 'joint.was-here'
const Context = createContext<Session | null>(null)
export const meKey = ['me'] as const

async function whoIsHere(): Promise<Account | null> {
  try {
    return (await answer(api.GET('/api/auth/me'))).user
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const { data, isSuccess } = useQuery({
    queryKey: meKey,
    queryFn: whoIsHere,
    staleTime: 60_000,
    gcTime: Infinity,
    refetchOnWindowFocus: true,
    retry: (_, error) => error instanceof ApiError && error.isPassing,
  })
  const account = data ?? null
  const { suggest } = useTheme()
  const theme = account?.theme
  useEffect(() => {
    if (theme) suggest(theme)
  }, [theme, suggest])

  useEffect(() => {
    if (!isSuccess) return
    if (account) write(WAS_HERE, true)
    else forget(WAS_HERE)
    outbox.start(account?.id ?? null)
  }, [account, isSuccess])

  useEffect(
    () =>
      onSessionEnd(() => {
        if (!client.getQueryData(meKey)) return
        client.setQueryData(meKey, null)
        client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
        toast.bad('You were logged out. What you typed is kept for when you are back.')
      }),
    [client],
  )

  const began = useCallback(
    (next: Account) => {
      forgetEarly()
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
      client.setQueryData(meKey, next)
    },
    [client],
  )

  const logOut = useCallback(async () => {
    try {
      await answer(api.POST('/api/auth/logout'))
    } catch (error) {
      // It had ended already: that is what was wanted.
      if (!(error instanceof ApiError) || error.status !== 401) throw error
    }
    beginLeaving()
    client.setQueryData(meKey, null)
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
  }, [client])

  const session = useMemo(
    () => ({ account, isKnown: isSuccess, wasHere: read<boolean>(WAS_HERE) === true, began, logOut }),
    [account, isSuccess, began, logOut],
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

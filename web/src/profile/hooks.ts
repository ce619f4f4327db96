import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { useSession } from '@/session/SessionContext'
import { meKey } from '@/session/show'
import type { Account, OwnProfile } from '@/api/types'
import type { components } from '@/api/schema'
import { ownKey, profileKey } from './keys'

export type Edit = components['schemas']['EditProfile']

export function useOwnProfile() {
  const { account } = useSession()
  return useQuery({
    queryKey: ownKey,
    queryFn: () => answer(api.GET('/api/users/me')),
    enabled: account !== null,
  })
}

export function useProfile(username: string) {
  return useQuery({
    queryKey: profileKey(username),
    queryFn: () => answer(api.GET('/api/users/{username}', { params: { path: { username } } })),
  })
}

/** Changes of one's own profile are shown wherever it is. */
export function useEditProfile() {
  const client = useQueryClient()
  return useMutation({
    // What was chosen is saved, though the page is left the next moment.
    mutationFn: (body: Edit) => answer(api.PATCH('/api/users/me', { body, keepalive: true })),
    onSuccess: ({ user }) => {
      client.setQueryData<OwnProfile>(ownKey, user)
      client.setQueryData<Account | null>(meKey, (account) => account && { ...account, displayName: user.displayName, avatarUrl: user.avatarUrl ?? null, theme: user.theme })
      void client.invalidateQueries({ queryKey: ['profile'] })
    },
  })
}

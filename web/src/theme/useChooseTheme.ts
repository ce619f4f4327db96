import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import type { Account } from '@/api/types'
import { meKey } from '@/session/show'
import { toast } from '@/ui/toast'
import { useTheme, type Choice } from './ThemeContext'

/** Chooses a theme here, and in the profile for other devices. */
export function useChooseTheme(): (choice: Choice) => void {
  const { choose } = useTheme()
  const client = useQueryClient()
  const { mutate } = useMutation({
    // One after the other: what was chosen last is what is kept.
    scope: { id: 'theme' },
    mutationFn: (theme: 'light' | 'dark') => answer(api.PATCH('/api/users/me', { body: { theme }, keepalive: true })),
    onSuccess: ({ user }) => client.setQueryData<Account | null>(meKey, (account) => account && { ...account, theme: user.theme }),
    onError: (error) => toast.bad(`The theme is kept on this device only. ${inWords(error)}`),
  })
  return (choice) => {
    choose(choice)
    // The profile knows two themes; "as the device" is this device's own affair.
    if (choice !== 'system') mutate(choice)
  }
}

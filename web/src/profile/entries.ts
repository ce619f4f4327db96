import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '@/api/client'
import type { components } from '@/api/schema'
import { ApiError, inWords } from '@/api/errors'
import type { Credit, Link, OwnProfile, School } from '@/api/types'
import { onceKey } from '@/lib/once'
import { toast } from '@/ui/toast'
import { ownKey } from './keys'

type Schemas = components['schemas']

/** Credits, education and links are parts of one's own profile; it is read again after each change. */
function useChange<T>(change: (value: T) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ownKey })
      void client.invalidateQueries({ queryKey: ['profile'] })
    },
  })
}

async function once<T>(what: string, body: object, create: (headers: { 'Idempotency-Key': string }) => Promise<T>): Promise<T> {
  const { key, settled } = onceKey(what, body)
  try {
    const made = await create({ 'Idempotency-Key': key })
    settled()
    return made
  } catch (error) {
    if (error instanceof ApiError && !error.isPassing) settled()
    throw error
  }
}

export const useSaveCredit = (id: string | null) =>
  useChange((body: Schemas['NewCredit']) =>
    id
      ? answer(api.PATCH('/api/users/me/credits/{id}', { params: { path: { id } }, body }))
      : once('credit', body, (headers) => answer(api.POST('/api/users/me/credits', { body, headers }))),
  )
export const useSaveSchool = (id: string | null) =>
  useChange((body: Schemas['NewSchool']) =>
    id
      ? answer(api.PATCH('/api/users/me/education/{id}', { params: { path: { id } }, body }))
      : once('school', body, (headers) => answer(api.POST('/api/users/me/education', { body, headers }))),
  )
export const useSaveLink = (id: string | null) =>
  useChange((body: Schemas['NewLink']) =>
    id
      ? answer(api.PATCH('/api/users/me/links/{id}', { params: { path: { id } }, body }))
      : once('link', body, (headers) => answer(api.POST('/api/users/me/links', { body, headers }))),
  )

type Part = 'credits' | 'education' | 'links'

/** Gone at once; back with a word when the server refuses. */
export function useRemoveEntry(part: Part) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => {
      const params = { params: { path: { id } } }
      if (part === 'credits') return answer(api.DELETE('/api/users/me/credits/{id}', params))
      if (part === 'education') return answer(api.DELETE('/api/users/me/education/{id}', params))
      return answer(api.DELETE('/api/users/me/links/{id}', params))
    },
    onMutate: (id) => {
      const before = client.getQueryData<OwnProfile>(ownKey)
      const without = <T extends Credit | School | Link>(entries: T[]) => entries.filter((entry) => entry.id !== id)
      client.setQueryData<OwnProfile>(ownKey, (profile) =>
        profile && { ...profile, credits: without(profile.credits), education: without(profile.education), links: without(profile.links) },
      )
      return { before }
    },
    onError: (error, _, context) => {
      client.setQueryData(ownKey, context?.before)
      toast.bad(inWords(error))
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['profile'] }),
  })
}

export function useOrderCredits() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (credits: Credit[]) => answer(api.PUT('/api/users/me/credits/order', { body: { ids: credits.map((credit) => credit.id) } })),
    onMutate: (credits) => {
      const before = client.getQueryData<OwnProfile>(ownKey)
      client.setQueryData<OwnProfile>(ownKey, (profile) => profile && { ...profile, credits })
      return { before }
    },
    onError: (error, _, context) => {
      client.setQueryData(ownKey, context?.before)
      toast.bad(`The order was not kept. ${inWords(error)}`)
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['profile'] }),
  })
}

import { useQuery } from '@tanstack/react-query'
import { answer, api } from '@/api/client'

/** How many ask to connect. */
export function useRequestCount(enabled: boolean): number | undefined {
  const { data } = useQuery({
    queryKey: ['people', 'requests', 'count'],
    queryFn: () => answer(api.GET('/api/social/requests', { params: { query: { direction: 'in', limit: 1 } } })),
    enabled,
    refetchOnWindowFocus: true,
  })
  return data?.total
}

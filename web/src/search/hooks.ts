import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, api } from '@/api/client'
import { paged } from '@/api/paged'
import type { Person } from '@/api/types'

export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}

/** People whose names begin like what is typed. */
export function useTypeAhead(typed: string) {
  const q = useSettled(typed.trim(), 120)
  return useQuery({
    queryKey: ['suggest', q],
    queryFn: async ({ signal }): Promise<Person[]> => (await answer(api.GET('/api/search/suggest', { params: { query: { q } }, signal }))).suggestions,
    enabled: q !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** All three kinds, a few of each. */
export function useEverything(q: string) {
  return useQuery({
    queryKey: ['search', 'all', q],
    queryFn: () => answer(api.GET('/api/search', { params: { query: { q, limit: 5 } } })),
    enabled: q !== '',
  })
}

export function useFoundPeople(q: string) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ['search', 'people', q],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/search/users', { params: { query: { q, cursor, limit: 20 } } })),
    enabled: q !== '',
  })
}

export function useFoundPosts(q: string, tag: string, since: string) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ['search', 'posts', q, tag, since],
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/search/posts', { params: { query: { q, cursor, limit: 20, ...(tag ? { tag } : {}), ...(since ? { since } : {}) } } })),
    enabled: q !== '',
  })
}

export function useFoundCredits(q: string) {
  return useInfiniteQuery({
    ...paged,
    queryKey: ['search', 'credits', q],
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/search', { params: { query: { q, cursor, type: 'credits', limit: 20 } } })),
    enabled: q !== '',
  })
}

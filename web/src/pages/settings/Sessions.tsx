import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Laptop, Smartphone } from 'lucide-react'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import type { Session } from '@/api/types'
import { device, isPhone } from '@/lib/device'
import { Loading, Skeleton, Time } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import { toast } from '@/ui/toast'
import { Card } from './Card'

const key = ['sessions'] as const
type List = { sessions: Session[] }

export default function Sessions() {
  const client = useQueryClient()
  const query = useQuery({ queryKey: key, queryFn: () => answer(api.GET('/api/auth/sessions')), staleTime: 0 })
  /** Gone at once; back with a word when the server refuses. */
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id ? answer(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })) : answer(api.DELETE('/api/auth/sessions')),
    onMutate: (id) => {
      const before = client.getQueryData<List>(key)
      client.setQueryData<List>(key, (list) => list && { sessions: list.sessions.filter((session) => session.current || (id !== null && session.id !== id)) })
      return { before }
    },
    onSuccess: ({ message }) => {
      toast.ok(message)
      void client.invalidateQueries({ queryKey: key })
    },
    onError: (error, _, context) => {
      client.setQueryData(key, context?.before)
      toast.bad(inWords(error))
    },
  })
  const sessions = query.data?.sessions ?? []
  const others = sessions.filter((session) => !session.current)
  return (
    <Card title="Where you are logged in" lead="Is there one that you do not recognise? End it, and it is logged out with its next step.">
      {query.isPending ? (
        <Loading what="sessions">
          <div className="grid gap-3">
            <Skeleton className="h-16" />
            <Skeleton className="h-16" />
          </div>
        </Loading>
      ) : query.isError ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : (
        <>
          <ul role="list" className="divide-y divide-line">
            {sessions.map((session) => {
              const Icon = isPhone(session.userAgent) ? Smartphone : Laptop
              const name = device(session.userAgent)
              return (
                <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3.5">
                  <Icon aria-hidden="true" className="size-6 text-ink-3" />
                  <div className="min-w-0 flex-1 basis-48">
                    <p className="font-semibold">
                      {name}
                      {session.current && <span className="ml-2 rounded bg-marker px-1.5 py-0.5 text-xs font-bold text-on-marker">This one</span>}
                    </p>
                    <p className="text-sm text-ink-3">
                      {session.ipAddress ?? 'unknown address'} · active <Time at={session.lastActiveAt} /> · logged in <Time at={session.createdAt} />
                    </p>
                  </div>
                  {!session.current && (
                    <Button look="plain" size="small" aria-label={`End the session: ${name}`} onClick={() => end.mutate(session.id)}>
                      End
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
          {others.length > 1 && (
            <Button look="danger" className="mt-4" onClick={() => end.mutate(null)}>
              End all {others.length} others
            </Button>
          )}
        </>
      )}
    </Card>
  )
}

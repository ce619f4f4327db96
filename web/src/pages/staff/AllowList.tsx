import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { answer, api } from '@/api/client'
import { inWords } from '@/api/errors'
import { paged } from '@/api/paged'
import { FieldsForm } from '@/pages/settings/FieldsForm'
import { Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Skeleton, Time } from '@/ui/bits'
import { IconButton } from '@/ui/Button'
import { Endless } from '@/ui/Endless'
import { toast } from '@/ui/toast'
import { StaffPage } from './StaffPage'

const key = ['allow-list'] as const

/** Who may sign up while Joint is open to its owners' guests only. */
export default function AllowList() {
  useTitle('Allow-list')
  const client = useQueryClient()
  const changed = () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['audit'] })])
  const query = useInfiniteQuery({
    ...paged,
    queryKey: key,
    queryFn: ({ pageParam: cursor }) => answer(api.GET('/api/admin/allow-list', { params: { query: { cursor } } })),
    staleTime: 10_000,
  })
  const remove = useMutation({
    mutationFn: (email: string) => answer(api.DELETE('/api/admin/allow-list', { body: { email } })),
    onSuccess: async ({ message }) => {
      toast.ok(message)
      await changed()
    },
    onError: (error) => toast.bad(inWords(error)),
  })
  const entries = query.data?.pages.flatMap((page) => page.allowList) ?? []
  return (
    <StaffPage place="The stage door" title="Allow-list">
      <p className="mb-4 max-w-[65ch] px-4 text-ink-2 sm:px-1">Where Joint runs for its owners only, these addresses may sign up and log in. Elsewhere the list has no effect.</p>
      <div className="mb-5 px-4 sm:px-1">
        <FieldsForm
          label="Put an address on the list"
          action="Put it on the list"
          fields={[{ name: 'email', label: 'E-mail address', kind: 'email' }]}
          send={async ({ email = '' }) => {
            const { message } = await answer(api.POST('/api/admin/allow-list', { body: { email } }))
            await changed()
            return message
          }}
        />
      </div>
      <h2 className="sr-only">Who is on it</h2>
      <Sheet>
        <Endless
          query={query}
          what="addresses"
          skeleton={
            <div className="p-6">
              <Skeleton className="h-16" />
            </div>
          }
          isEmpty={entries.length === 0}
          empty={<Empty title="Nobody is on it">Put an address on the list above.</Empty>}
        >
          <ul role="list" className="divide-y divide-line">
            {entries.map((entry) => (
              <li key={entry.email} className="flex items-center justify-between gap-4 px-4 py-2.5 sm:px-6">
                <p className="min-w-0">
                  <span className="block break-all">{entry.email}</span>
                  <span className="block text-sm text-ink-3">
                    added <Time at={entry.createdAt} />
                  </span>
                </p>
                <IconButton label={`Take ${entry.email} off the list`} disabled={remove.isPending} onClick={() => remove.mutate(entry.email)}>
                  <Trash2 aria-hidden="true" className="size-4.5" />
                </IconButton>
              </li>
            ))}
          </ul>
        </Endless>
      </Sheet>
    </StaffPage>
  )
}

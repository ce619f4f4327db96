import { useState } from 'react'
import { Ban, Check, Ellipsis, Link2, Link2Off, UserPlus } from 'lucide-react'
import { useSession } from '@/session/SessionContext'
import { Chip } from '@/ui/bits'
import { Button, IconButton } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Menu, MenuItem } from '@/ui/Menu'
import { toast } from '@/ui/toast'
import { useRelate, useRelationship, type Deed } from './hooks'

interface Props {
  id: string
  name: string
}

/** Everything between the asker and somebody: follow, connect, block. */
export default function Relate({ id, name }: Props) {
  const { account } = useSession()
  const { data: relationship, isError, refetch } = useRelationship(id, account !== null)
  const { mutate } = useRelate(id, name)
  const [asked, setAsked] = useState<'block' | 'disconnect' | null>(null)

  if (account?.id === id) return null
  if (!relationship && isError) {
    return (
      <Button look="plain" onClick={() => void refetch()}>
        Not known: try again
      </Button>
    )
  }
  if (!relationship) return <div className="h-11 w-72" aria-hidden="true" />
  const { following, followedBy, connection, blocked } = relationship
  const act = (deed: Deed, words?: string) => mutate(deed, { onSuccess: () => words && toast.ok(words) })

  if (blocked) {
    return (
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="text-[0.9375rem] text-ink-2">You block {name}.</p>
        <Button look="plain" onClick={() => act('unblock', `You no longer block ${name}`)}>
          <Ban aria-hidden="true" className="size-4.5" />
          Unblock
        </Button>
      </div>
    )
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {connection === 'incoming' && (
        // What is asked stands before what one may do; on a phone in a row of its own.
        <div className="flex basis-full gap-2 sm:basis-auto">
          <Button onClick={() => act('accept', `You and ${name} are connected`)}>Accept</Button>
          <Button look="plain" onClick={() => act('decline')}>
            Decline
          </Button>
        </div>
      )}
      {followedBy && <Chip>Follows you</Chip>}
      <Button look={following ? 'plain' : 'primary'} aria-pressed={following} onClick={() => act(following ? 'unfollow' : 'follow')}>
        {following ? <Check aria-hidden="true" className="size-4.5" /> : <UserPlus aria-hidden="true" className="size-4.5" />}
        {following ? 'Following' : 'Follow'}
      </Button>
      {connection === 'none' && (
        <Button look="plain" onClick={() => act('ask', `${name} is asked to connect`)}>
          <Link2 aria-hidden="true" className="size-4.5" />
          Connect
        </Button>
      )}
      {connection === 'requested' && (
        <Button look="plain" onClick={() => act('withdraw', 'The request is withdrawn')}>
          Requested
          <span className="sr-only">: withdraw the request</span>
        </Button>
      )}
      {connection === 'connected' && (
        <span className="inline-flex min-h-11 items-center gap-2 px-2 text-[0.9375rem] font-semibold">
          <Link2 aria-hidden="true" className="size-4.5" />
          Connected
        </span>
      )}
      <Menu
        trigger={
          <IconButton label={`More about ${name}`} className="size-11 border border-line-strong">
            <Ellipsis aria-hidden="true" className="size-5" />
          </IconButton>
        }
      >
        {connection === 'connected' && (
          <MenuItem icon={<Link2Off className="size-4.5" />} onSelect={() => setAsked('disconnect')}>
            Remove the connection
          </MenuItem>
        )}
        <MenuItem danger icon={<Ban className="size-4.5" />} onSelect={() => setAsked('block')}>
          Block {name}
        </MenuItem>
      </Menu>
      {asked === 'block' && (
        <Confirm
          title={`Block ${name}?`}
          action="Block"
          keep="Cancel"
          onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null)
            act('block', `You block ${name}`)
          }}
        >
          Neither of you sees the other any more. Follows, connection and requests between you end, and do not come back by unblocking.
        </Confirm>
      )}
      {asked === 'disconnect' && (
        <Confirm
          title={`Remove the connection with ${name}?`}
          action="Remove"
          onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null)
            act('disconnect', 'The connection is removed')
          }}
        >
          What you share with connections only, they no longer see.
        </Confirm>
      )}
    </div>
  )
}

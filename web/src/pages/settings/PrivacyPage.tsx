import { useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { inWords } from '@/api/errors'
import type { OwnProfile } from '@/api/types'
import { useEditProfile, useOwnProfile } from '@/profile/hooks'
import { ownKey } from '@/profile/keys'
import { Loading, Skeleton } from '@/ui/bits'
import { Trouble } from '@/ui/Endless'
import { Switch } from '@/ui/Switch'
import { toast } from '@/ui/toast'
import { Card } from './Card'

type Privacy = OwnProfile['privacy']

export default function PrivacyPage() {
  const query = useOwnProfile()
  const client = useQueryClient()
  const { mutate } = useEditProfile()
  const profile = query.data
  const change = (part: Partial<Privacy>) => {
    const before = client.getQueryData<OwnProfile>(ownKey)
    client.setQueryData<OwnProfile>(ownKey, (now) => now && { ...now, privacy: { ...now.privacy, ...part } })
    mutate({ privacy: part }, {
      onError: (error) => {
        client.setQueryData(ownKey, before)
        toast.bad(`That was not kept. ${inWords(error)}`)
      },
    })
  }
  return (
    <Card title="Privacy" lead={<>Who may see a post is chosen with each post. Whom you block is listed in <Link to="/network?tab=blocks" className="link">your network</Link>.</>}>
      {profile ? (
        <div className="divide-y divide-line">
          <Switch label="Others can find me by searching" hint="When this is off, only people who know its address find your profile." checked={profile.privacy.searchable} onChange={(searchable) => change({ searchable })} />
          <Switch label="Show how many connections I have" checked={profile.privacy.showConnections} onChange={(showConnections) => change({ showConnections })} />
          <Switch label="Show where I am" hint="The place on your profile." checked={profile.privacy.showLocation} onChange={(showLocation) => change({ showLocation })} />
        </div>
      ) : query.isError ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading what="your choices">
          <Skeleton className="h-40" />
        </Loading>
      )}
    </Card>
  )
}

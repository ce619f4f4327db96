import { useSession } from '@/session/SessionContext'
import { usePeople, useRelate, useSuggestions, type Circle, type Deed, type Listed } from '@/people/hooks'
import { useRequestCount } from '@/people/requestCount'
import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { FollowButton, shared } from '@/people/Suggestions'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Loading, Slug, Time } from '@/ui/bits'
import { Button, ButtonLink, type Look } from '@/ui/Button'
import { Endless, Trouble } from '@/ui/Endless'
import { Panel, Tabs } from '@/ui/Tabs'


interface Kind {
  circle: Circle
  label: string
  said: string
  deeds: { deed: Deed; label: string; look?: Look }[]
  empty: { title: string; text: string }
}

const kinds: Kind[] = [
  {
    circle: 'connections',
    label: 'Connections',
    said: 'connected',
    deeds: [],
    empty: { title: 'No connections yet', text: 'A connection goes both ways: ask somebody on their profile, and share what is meant for connections only.' },
  },
  {
    circle: 'followers',
    label: 'Followers',
    said: 'followed you',
    deeds: [],
    empty: { title: 'Nobody follows you yet', text: 'Post something for everybody, and the right people will find it.' },
  },
  {
    circle: 'following',
    label: 'Following',
    said: 'followed',
    deeds: [{ deed: 'unfollow', label: 'Unfollow' }],
    empty: { title: 'You follow nobody yet', text: 'What those post whom you follow comes to your home.' },
  },
  {
    circle: 'blocks',
    label: 'Blocked',
    said: 'blocked',
    deeds: [{ deed: 'unblock', label: 'Unblock' }],
    empty: { title: 'You block nobody', text: 'Whom you block on their profile is listed here.' },
  },
]

export default function Network() {
  useTitle('Network')
  const { account } = useSession()
  const waiting = useRequestCount(account !== null)
  return (
    <Columns>
      <header className="px-4 pt-4 pb-3 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place="The green room" />
        <h1 className="text-[1.75rem] sm:text-4xl">Network</h1>
      </header>
      <Sheet className="overflow-hidden">
        <Tabs
          label="Your network"
          tabs={[
            { value: 'requests', label: 'Requests', count: waiting },
            ...kinds.slice(0, 3).map(({ circle, label }) => ({ value: circle, label })),
            { value: 'suggestions', label: 'Suggestions' },
            { value: 'blocks', label: 'Blocked' },
          ]}
        >
          <Panel value="requests">
            <Requests />
          </Panel>
          {kinds.map((kind) => (
            <Panel key={kind.circle} value={kind.circle}>
              <People kind={kind} />
            </Panel>
          ))}
          <Panel value="suggestions">
            <SuggestionList />
          </Panel>
        </Tabs>
      </Sheet>
    </Columns>
  )
}

function People({ kind: { circle, label, said, deeds, empty } }: { kind: Kind }) {
  const query = usePeople(circle)
  const people = query.data?.pages.flatMap((page) => page.people) ?? []
  return (
    <>
      <h2 className="sr-only">{label}</h2>
      <Endless
        query={query}
        what="people"
        skeleton={<PersonSkeletons />}
        isEmpty={people.length === 0}
        empty={
          <Empty title={empty.title} action={<ButtonLink to="/search">Find people</ButtonLink>}>
            {empty.text}
          </Empty>
        }
      >
        <ul role="list" className="divide-y divide-line">
          {people.map((person) => (
            <li key={person.id}>
              <PersonRow {...person} detail={<>{said} <Time at={person.since} /></>}>
                {deeds.map(({ deed, label: words, look }) => (
                  <Do key={deed} person={person} deed={deed} label={words} look={look ?? 'plain'} />
                ))}
              </PersonRow>
            </li>
          ))}
        </ul>
      </Endless>
    </>
  )
}

function Do({ person, deed, label, look }: { person: Listed; deed: Deed; label: string; look: Look }) {
  const { mutate, isPending } = useRelate(person.id, person.displayName)
  return (
    <Button size="small" look={look} busy={isPending} aria-label={`${label}: ${person.displayName}`} onClick={() => mutate(deed)}>
      {label}
    </Button>
  )
}

function Requests() {
  const incoming = usePeople('incoming')
  const outgoing = usePeople('outgoing')
  const asking = incoming.data?.pages.flatMap((page) => page.people) ?? []
  const asked = outgoing.data?.pages.flatMap((page) => page.people) ?? []
  const none = (
    <Empty title="No requests to answer" action={<ButtonLink to="/search">Find people</ButtonLink>}>
      People who ask to connect with you show up here, and those you have asked until they answer.
    </Empty>
  )
  if (incoming.isPending || outgoing.isPending) {
    return (
      <Loading what="requests">
        <PersonSkeletons count={3} />
      </Loading>
    )
  }
  if (asking.length + asked.length === 0 && !incoming.isError) return none
  return (
    <>
      {(asking.length > 0 || incoming.isError) && (
        <section aria-labelledby="asking">
          <h2 id="asking" className="px-4 pt-5 pb-1 text-lg sm:px-6">
            Waiting for your answer
          </h2>
          <Endless query={incoming} what="requests" skeleton={null} isEmpty={asking.length === 0} empty={null}>
            <ul role="list" className="divide-y divide-line">
              {asking.map((person) => (
                <li key={person.id}>
                  <PersonRow {...person} detail={<Time at={person.since} />}>
                    <Do person={person} deed="accept" label="Accept" look="primary" />
                    <Do person={person} deed="decline" label="Decline" look="plain" />
                  </PersonRow>
                </li>
              ))}
            </ul>
          </Endless>
        </section>
      )}
      {asked.length > 0 && (
        <section aria-labelledby="asked" className={asking.length > 0 ? 'border-t border-line' : undefined}>
          <h2 id="asked" className="px-4 pt-5 pb-1 text-lg sm:px-6">
            Waiting for theirs
          </h2>
          <Endless query={outgoing} what="requests" skeleton={null} isEmpty={false} empty={null}>
            <ul role="list" className="divide-y divide-line">
              {asked.map((person) => (
                <li key={person.id}>
                  <PersonRow {...person} detail={<Time at={person.since} />}>
                    <Do person={person} deed="withdraw" label="Withdraw" look="plain" />
                  </PersonRow>
                </li>
              ))}
            </ul>
          </Endless>
        </section>
      )}
    </>
  )
}

function SuggestionList() {
  const { data, isPending, isError, error, refetch } = useSuggestions()
  if (isPending) {
    return (
      <Loading what="suggestions">
        <PersonSkeletons />
      </Loading>
    )
  }
  if (isError) return <Trouble error={error} again={() => void refetch()} />
  if (data.length === 0) {
    return (
      <Empty title="Nobody to suggest yet" action={<ButtonLink to="/explore">See who posts</ButtonLink>}>
        The more people you are connected with, the more can be suggested.
      </Empty>
    )
  }
  return (
    <ul role="list" className="divide-y divide-line">
      {data.map((person) => (
        <li key={person.id}>
          <PersonRow {...person} detail={shared(person)}>
            <FollowButton id={person.id} name={person.displayName} />
          </PersonRow>
        </li>
      ))}
    </ul>
  )
}

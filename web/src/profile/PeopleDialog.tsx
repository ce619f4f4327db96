import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { usePeople } from '@/people/hooks'
import { Dialog } from '@/ui/Dialog'
import { Endless } from '@/ui/Endless'

interface Props {
  circle: 'followers' | 'following'
  userId: string
  name: string
  onClose: () => void
}

export default function PeopleDialog({ circle, userId, name, onClose }: Props) {
  const query = usePeople(circle, userId)
  const people = query.data?.pages.flatMap((page) => page.people) ?? []
  return (
    <Dialog title={circle === 'followers' ? `Who follows ${name}` : `Whom ${name} follows`} onClose={onClose}>
      {/* A link inside of it leads away. */}
      <div className="-mx-5 sm:-mx-6">
        <Endless query={query} what="people" skeleton={<PersonSkeletons count={4} />} isEmpty={people.length === 0} empty={<p className="px-6 py-8 text-center text-ink-3">Nobody yet.</p>}>
          <ul role="list" className="divide-y divide-line">
            {people.map((person) => (
              <li key={person.id}>
                <PersonRow {...person} />
              </li>
            ))}
          </ul>
        </Endless>
      </div>
    </Dialog>
  )
}

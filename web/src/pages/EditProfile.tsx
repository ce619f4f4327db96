import { useEffect, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { useTitle } from '@/lib/useTitle'
import { AboutForm } from '@/profile/AboutForm'
import { CreditsEditor } from '@/profile/CreditsEditor'
import { LinkDialog, SchoolDialog } from '@/profile/dialogs'
import { EntryList } from '@/profile/EntryList'
import { useOwnProfile } from '@/profile/hooks'
import { Pictures } from '@/profile/Pictures'
import { Sheet } from '@/shell/Columns'
import { Loading, Skeleton, Slug } from '@/ui/bits'
import { ButtonLink } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'

export default function EditProfile() {
  useTitle('Edit profile')
  const query = useOwnProfile()
  const { hash } = useLocation()
  const profile = query.data
  const isThere = profile !== undefined
  useEffect(() => {
    if (isThere && hash) document.getElementById(hash.slice(1))?.scrollIntoView()
  }, [isThere, hash])

  return (
    <div className="mx-auto w-full max-w-3xl sm:px-6 sm:pt-7">
      <header className="flex items-end justify-between gap-4 px-4 pt-4 pb-4 sm:px-1 sm:pt-0 sm:pb-5">
        <div>
          <Slug place="The make-up room" />
          <h1 className="text-[1.75rem] sm:text-4xl">Edit profile</h1>
        </div>
        {profile && (
          <ButtonLink to={`/u/${profile.username}`} look="plain" size="small">
            See it
          </ButtonLink>
        )}
      </header>
      {profile ? (
        <>
          <Sheet className="overflow-hidden">
            <Pictures profile={profile} />
            <div className="px-4 pt-6 pb-6 sm:px-8 sm:pb-8">
              <AboutForm key={profile.id} profile={profile} />
            </div>
          </Sheet>
          <Part id="credits" title="Credits" lead={profile.credits.length > 1 ? 'In the order in which you want them to be seen. Drag a handle, or use it with Space and the arrow keys.' : undefined}>
            <CreditsEditor credits={profile.credits} />
          </Part>
          <Part id="education" title="Education">
            <EntryList
              part="education"
              entries={profile.education}
              name={(school) => school.institution}
              detail={(school) => [school.degree, school.field, [school.startYear, school.endYear].filter(Boolean).join(' – ')].filter(Boolean).join(' · ')}
              add="Add education"
              dialog={(entry, close) => <SchoolDialog entry={entry} onClose={close} />}
            />
          </Part>
          <Part id="links" title="Links">
            <EntryList
              part="links"
              entries={profile.links}
              name={(link) => link.platform}
              detail={(link) => link.url}
              add="Add a link"
              dialog={(entry, close) => <LinkDialog entry={entry} onClose={close} />}
            />
          </Part>
        </>
      ) : query.isError ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading what="your profile">
          <Sheet className="overflow-hidden">
            <Skeleton className="h-36 rounded-none sm:h-52" />
            <div className="grid gap-5 p-8">
              {[1, 2, 3, 4].map((one) => (
                <Skeleton key={one} className="h-11" />
              ))}
            </div>
          </Sheet>
        </Loading>
      )}
    </div>
  )
}

function Part({ id, title, lead, children }: { id: string; title: string; lead?: string | undefined; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="mt-5">
      <Sheet className="p-4 sm:p-8">
        <h2 id={id} className="scroll-mt-20 text-2xl">
          {title}
        </h2>
        {lead && <p className="mt-1 text-ink-2">{lead}</p>}
        <div className="mt-5">{children}</div>
      </Sheet>
    </section>
  )
}

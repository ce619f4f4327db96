import { lazy, Suspense, useState } from 'react'
import { ExternalLink, MapPin, Pencil, UserPlus } from 'lucide-react'
import { useLocation, useParams } from 'react-router'
import { ApiError } from '@/api/errors'
import type { PublicProfile } from '@/api/types'
import { load } from '@/lib/chunk'
import { monthOf } from '@/lib/time'
import { short } from '@/lib/words'
import { useTitle } from '@/lib/useTitle'
import { usePostsOf } from '@/posts/hooks'
import { PostList } from '@/posts/PostList'
import { Words } from '@/posts/Words'
import { Banner } from '@/profile/Banner'
import { EndTitles } from '@/profile/EndTitles'
import { useProfile } from '@/profile/hooks'
import { useSession } from '@/session/SessionContext'
import { Sheet } from '@/shell/Columns'
import { Avatar } from '@/ui/Avatar'
import { Chip, Empty, Loading, Skeleton } from '@/ui/bits'
import { ButtonLink } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import { later } from '@/ui/later'
import { Panel, Tabs } from '@/ui/Tabs'
import NotFound from './NotFound'

const PeopleDialog = later(() => import('@/profile/PeopleDialog'))
const Relate = lazy(() => load(() => import('@/people/Relate')))
const MediaWall = lazy(() => load(() => import('@/profile/MediaWall')))

export default function Profile() {
  const { username = '' } = useParams()
  const { account } = useSession()
  const query = useProfile(username)
  const profile = query.data
  useTitle(profile ? `${profile.displayName} (@${profile.username})` : `@${username}`)
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFound />
  return (
    <div className="mx-auto w-full max-w-5xl sm:px-6 sm:pt-6 3xl:max-w-6xl">
      {profile ? (
        <Shown key={profile.id} profile={profile} isMine={account?.id === profile.id} />
      ) : query.isError ? (
        <>
          <h1 className="sr-only">@{username}</h1>
          <Trouble error={query.error} again={() => void query.refetch()} />
        </>
      ) : (
        <Loading what="the profile">
          <Sheet className="overflow-hidden">
            <Skeleton className="h-36 rounded-none sm:h-56" />
            <div className="px-4 pb-10 sm:px-8">
              <Skeleton className="-mt-14 size-28 rounded-full border-4 border-surface sm:size-32" />
              <Skeleton className="mt-4 h-9 w-64" />
              <Skeleton className="mt-3 h-5 w-44" />
              <Skeleton className="mt-6 h-4 max-w-lg" />
            </div>
          </Sheet>
        </Loading>
      )}
    </div>
  )
}

function Shown({ profile, isMine }: { profile: PublicProfile; isMine: boolean }) {
  const { displayName: name, username } = profile
  return (
    <Sheet className="overflow-hidden">
      <Banner url={profile.bannerUrl} name={username} className="h-36 sm:h-56" />
      <div className="px-4 sm:px-8">
        <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
          <Avatar name={name} url={profile.avatarUrl} size="xl" className="relative -mt-14 border-4 border-surface sm:-mt-16" />
          <div className="pb-1">
            {isMine ? (
              <ButtonLink to="/profile/edit" look="plain">
                <Pencil aria-hidden="true" className="size-4.5" />
                Edit profile
              </ButtonLink>
            ) : (
              <Towards id={profile.id} name={name} username={username} />
            )}
          </div>
        </div>
        <h1 className="mt-3 text-3xl sm:text-[2.75rem]">{name}</h1>
        {profile.title && <p className="mt-1 text-lg sm:text-xl">{profile.title}</p>}
        <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3">
          <span>@{username}</span>
          {profile.pronouns && <span>{profile.pronouns}</span>}
          {profile.location && (
            <span className="inline-flex items-center gap-1">
              <MapPin aria-hidden="true" className="size-4" />
              {profile.location}
            </span>
          )}
        </p>
        {profile.bio && (
          <p className="mt-4 max-w-[62ch] text-[1.0625rem] whitespace-pre-wrap">
            <Words text={profile.bio} />
          </p>
        )}
        {profile.links.length > 0 && (
          <ul role="list" className="mt-3 flex flex-wrap gap-x-5 gap-y-1">
            {profile.links.map((link) => (
              <li key={link.id}>
                <a href={link.url} target="_blank" rel="noreferrer nofollow ugc" className="link inline-flex min-h-8 items-center gap-1.5">
                  <ExternalLink aria-hidden="true" className="size-4" />
                  {link.platform}
                  <span className="sr-only">, opens elsewhere</span>
                </a>
              </li>
            ))}
          </ul>
        )}
        <Counts profile={profile} />
      </div>
      <Tabs
        label={`About ${name}`}
        tabs={[
          { value: 'posts', label: 'Posts', count: profile.postCount },
          { value: 'media', label: 'Media' },
          { value: 'credits', label: 'Credits', count: profile.credits.length },
          { value: 'about', label: 'About' },
        ]}
      >
        <Panel value="posts">
          <Posts username={username} name={name} isMine={isMine} />
        </Panel>
        <Panel value="media">
          <Suspense fallback={<div className="min-h-96" />}>
            <MediaWall username={username} name={name} isMine={isMine} />
          </Suspense>
        </Panel>
        <Panel value="credits">
          <div className="px-4 py-8 sm:px-8">
            <h2 className="sr-only">Credits</h2>
            {profile.credits.length > 0 ? (
              <EndTitles credits={profile.credits} />
            ) : (
              <Empty title="No credits yet" action={isMine ? <ButtonLink to="/profile/edit#credits">Add your first credit</ButtonLink> : undefined}>
                {isMine ? 'What you have worked on is what casting looks for first.' : `${name} has not added any.`}
              </Empty>
            )}
          </div>
        </Panel>
        <Panel value="about">
          <About profile={profile} isMine={isMine} />
        </Panel>
      </Tabs>
    </Sheet>
  )
}

/** What one may be to somebody else. */
function Towards({ id, name, username }: { id: string; name: string; username: string }) {
  const { account } = useSession()
  if (!account) {
    return (
      <ButtonLink to={`/login?next=${encodeURIComponent(`/u/${username}`)}`}>
        <UserPlus aria-hidden="true" className="size-4.5" />
        Follow
      </ButtonLink>
    )
  }
  return (
    <Suspense fallback={<div className="h-11 w-72" aria-hidden="true" />}>
      <Relate id={id} name={name} />
    </Suspense>
  )
}

function Counts({ profile }: { profile: PublicProfile }) {
  const { account } = useSession()
  const { key } = useLocation()
  const [opened, setOpened] = useState<{ circle: 'followers' | 'following'; at: string } | null>(null)
  // A link inside of the list leads to another page; the list does not follow.
  const open = opened?.at === key ? opened.circle : null
  const counts = [
    { value: profile.followerCount, one: 'follower', many: 'followers', circle: 'followers' as const },
    { value: profile.followingCount, one: 'following', many: 'following', circle: 'following' as const },
  ]
  const number = (value: number, word: string) => (
    <>
      <strong className="font-display text-lg tabular-nums">{short(value)}</strong> <span className="text-ink-2">{word}</span>
    </>
  )
  return (
    <div className="mt-4 mb-5 flex flex-wrap items-baseline gap-x-5 gap-y-1">
      {counts.map(({ value, one, many, circle }) =>
        account ? (
          <button key={circle} type="button" className="rounded hover:underline" onClick={() => setOpened({ circle, at: key })}>
            {number(value, value === 1 ? one : many)}
          </button>
        ) : (
          <span key={circle}>{number(value, value === 1 ? one : many)}</span>
        ),
      )}
      {typeof profile.connectionCount === 'number' && <span>{number(profile.connectionCount, profile.connectionCount === 1 ? 'connection' : 'connections')}</span>}
      {open && <PeopleDialog circle={open} userId={profile.id} name={profile.displayName} onClose={() => setOpened(null)} />}
    </div>
  )
}

function Posts({ username, name, isMine }: { username: string; name: string; isMine: boolean }) {
  const query = usePostsOf(username, true)
  return (
    <>
      <h2 className="sr-only">Posts</h2>
      <PostList
        query={query}
        empty={
          <Empty title="Nothing here yet" action={isMine ? <ButtonLink to="/new">Write something</ButtonLink> : undefined}>
            {isMine ? 'A first take, a page, a question: what you post shows up here.' : `What ${name} shares with you shows up here.`}
          </Empty>
        }
      />
    </>
  )
}

function About({ profile, isMine }: { profile: PublicProfile; isMine: boolean }) {
  const { education, roles, skills } = profile
  const isBare = education.length + roles.length + skills.length === 0
  return (
    <div className="grid gap-9 px-4 py-8 sm:px-8">
      {isBare && (
        <Empty title="Nothing told yet" action={isMine ? <ButtonLink to="/profile/edit">Tell something</ButtonLink> : undefined}>
          {isMine ? 'Roles, skills and education help others to find you.' : undefined}
        </Empty>
      )}
      {roles.length > 0 && <WordList title="Works as" words={roles} />}
      {skills.length > 0 && <WordList title="Skills" words={skills} />}
      {education.length > 0 && (
        <section>
          <h2 className="text-xl">Education</h2>
          <ul role="list" className="mt-4 grid gap-4">
            {education.map((school) => (
              <li key={school.id}>
                <p className="font-semibold">{school.institution}</p>
                <p className="text-ink-2">{[school.degree, school.field].filter(Boolean).join(', ')}</p>
                {(school.startYear ?? school.endYear) && (
                  <p className="font-script text-sm text-ink-3">
                    {school.startYear ?? '…'} – {school.endYear ?? 'today'}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="slug">On Joint since {monthOf(profile.createdAt)}</p>
    </div>
  )
}

function WordList({ title, words }: { title: string; words: string[] }) {
  return (
    <section>
      <h2 className="text-xl">{title}</h2>
      <ul role="list" className="mt-3 flex flex-wrap gap-2">
        {words.map((word) => (
          <li key={word}>
            <Chip>{word}</Chip>
          </li>
        ))}
      </ul>
    </section>
  )
}

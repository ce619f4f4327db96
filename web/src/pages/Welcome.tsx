import { useState, type ReactNode } from 'react'
import { ArrowLeft, ArrowRight } from 'lucide-react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { inWords } from '@/api/errors'
import type { OwnProfile } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { useTitle } from '@/lib/useTitle'
import { problems } from '@/lib/useForm'
import { PersonRow, PersonSkeletons } from '@/people/PersonRow'
import { FollowButton } from '@/people/Suggestions'
import { useExplore } from '@/posts/hooks'
import { CreditDialog } from '@/profile/EntryDialogs'
import { EndTitles } from '@/profile/EndTitles'
import { useEditProfile, useOwnProfile } from '@/profile/hooks'
import { Pictures } from '@/profile/Pictures'
import { WordsField } from '@/profile/WordsField'
import { Sheet } from '@/shell/Columns'
import { First } from '@/shell/First'
import { AreaField, FormError, TextField } from '@/ui/Field'
import { Loading } from '@/ui/bits'
import { Button } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import { toast } from '@/ui/toast'
import { cx } from '@/ui/cx'

const crafts = ['Voice actor', 'Narrator', 'Writer', 'Director', 'Casting director', 'Actor', 'Producer', 'Sound designer', 'Dialogue coach', 'Composer']
const steps = ['craft', 'face', 'credit', 'people'] as const
type Step = (typeof steps)[number]

/** The first minutes: what one does, a face, a credit, a few people. Every step can be passed over. */
export default function Welcome() {
  useTitle('Welcome')
  const { data: profile } = useOwnProfile()
  const [search, setSearch] = useSearchParams()
  const navigate = useNavigate()
  const edit = useEditProfile()
  const asked = steps.findIndex((step) => step === search.get('step'))
  const at = Math.max(asked, 0)
  const step: Step = steps[at] ?? 'craft'
  const go = (to: number) => {
    const next = steps[to]
    if (next) {
      setSearch(to === 0 ? {} : { step: next })
      document.getElementById('main')?.focus()
      return
    }
    edit.mutate({ isOnboarded: true }, {
      onSettled: (_, error) => {
        if (error) toast.bad(inWords(error))
        void navigate('/')
      },
    })
  }
  if (!profile) return <First />
  // The door leads here whoever has confirmed an address; it may be another one of somebody who has been here for long.
  if (profile.isOnboarded && search.has('first')) return <Navigate to="/" replace />
  return (
    <div className="mx-auto w-full max-w-2xl sm:px-6 sm:pt-10">
      <header className="px-4 pt-6 pb-6 sm:px-1 sm:pt-0">
        <p aria-hidden="true" className="slug">
          Act one, scene {at + 1}
        </p>
        <ol role="list" aria-label="Steps" className="mt-3 flex gap-1.5">
          {steps.map((one, index) => (
            <li key={one} aria-current={index === at ? 'step' : undefined} className={cx('h-2 flex-1 rounded-sm', index < at ? 'bg-ink' : index === at ? 'bg-marker ring-1 ring-ink' : 'bg-line')}>
              <span className="sr-only">
                Step {index + 1} of {steps.length}
                {index < at ? ', done' : ''}
              </span>
            </li>
          ))}
        </ol>
      </header>
      <Sheet className="overflow-hidden">
        {step === 'craft' && <Craft profile={profile} onNext={() => go(1)} />}
        {step === 'face' && (
          <Scene title="Show your face" lead="A picture makes it far more likely that people answer." onBack={() => go(0)} onNext={() => go(2)}>
            <div className="-mx-5 sm:-mx-8">
              <Pictures profile={profile} />
            </div>
          </Scene>
        )}
        {step === 'credit' && <FirstCredit profile={profile} onBack={() => go(1)} onNext={() => go(3)} />}
        {step === 'people' && <FirstPeople own={profile.id} onBack={() => go(2)} onNext={() => go(4)} busy={edit.isPending} />}
      </Sheet>
    </div>
  )
}

interface SceneProps {
  title: string
  lead: string
  children: ReactNode
  onBack?: () => void
  onNext: () => void
  next?: string
  busy?: boolean
}

function Scene({ title, lead, children, onBack, onNext, next = 'Next', busy = false }: SceneProps) {
  return (
    <div className="p-5 sm:p-8">
      <h1 className="text-3xl sm:text-4xl">{title}</h1>
      <p className="mt-2 text-ink-2">{lead}</p>
      <div className="mt-6">{children}</div>
      <div className="mt-8 flex items-center justify-between gap-3">
        {onBack ? (
          <Button look="quiet" className="-ml-4" onClick={onBack}>
            <ArrowLeft aria-hidden="true" className="size-4.5" />
            Back
          </Button>
        ) : (
          <span />
        )}
        <Button busy={busy} onClick={onNext}>
          {next}
          <ArrowRight aria-hidden="true" className="size-4.5" />
        </Button>
      </div>
    </div>
  )
}

function Craft({ profile, onNext }: { profile: OwnProfile; onNext: () => void }) {
  const beginning = { roles: profile.roles, title: profile.title ?? '', bio: profile.bio ?? '', skills: profile.skills }
  const [values, setValues, forget] = useDraft(`welcome.${profile.id}`, beginning)
  const { roles, title, bio, skills } = values
  const set = (change: Partial<typeof beginning>) => setValues((now) => ({ ...now, ...change }))
  const saved = () => {
    forget()
    onNext()
  }
  const { mutate, isPending, error } = useEditProfile()
  const wrong = problems(error, ['title', 'bio', 'roles', 'skills'])
  return (
    <Scene
      title={`Hello, ${profile.displayName.split(' ')[0] ?? ''}`}
      lead="What do you do? Casting and collaborators search by it."
      busy={isPending}
      onNext={() => mutate({ roles, skills, title: title || null, bio: bio || null }, { onSuccess: saved })}
    >
      <div className="grid gap-6">
        <fieldset>
          <legend className="mb-2 text-sm font-semibold">Works as</legend>
          <div className="flex flex-wrap gap-2">
            {crafts.map((craft) => {
              const chosen = roles.includes(craft)
              return (
                <button
                  key={craft}
                  type="button"
                  aria-pressed={chosen}
                  onClick={() => set({ roles: chosen ? roles.filter((role) => role !== craft) : [...roles, craft] })}
                  className={cx('min-h-10 rounded-full border px-4 text-[0.9375rem] transition-colors', chosen ? 'border-marker bg-marker font-semibold text-on-marker' : 'border-line-strong hover:bg-sunken')}
                >
                  {craft}
                </button>
              )
            })}
          </div>
        </fieldset>
        <TextField label="In one line" maxLength={100} placeholder="Narrator with a low, dry voice" value={title} error={wrong.of('title')} onChange={(event) => set({ title: event.target.value })} />
        <WordsField label="Skills" words={skills} most={50} placeholder="Dialects, cold reading, sight singing" error={wrong.of('skills')} onChange={(words) => set({ skills: words })} />
        <AreaField label="A few words about you" maxLength={500} aside={`${Array.from(bio).length} / 500`} value={bio} error={wrong.of('bio')} onChange={(event) => set({ bio: event.target.value })} />
        <FormError>{wrong.whole}</FormError>
      </div>
    </Scene>
  )
}

function FirstCredit({ profile, onBack, onNext }: { profile: OwnProfile; onBack: () => void; onNext: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <Scene title="Roll the titles" lead="One thing you worked on. More of them later, on your profile." onBack={onBack} onNext={onNext}>
      {profile.credits.length > 0 && (
        <div className="mb-6 rounded-xl bg-sunken/70 px-4 py-6">
          <EndTitles credits={profile.credits} />
        </div>
      )}
      <Button look="plain" onClick={() => setOpen(true)}>
        Add a credit
      </Button>
      {open && <CreditDialog entry={null} onClose={() => setOpen(false)} />}
    </Scene>
  )
}

function FirstPeople({ own, onBack, onNext, busy }: { own: string; onBack: () => void; onNext: () => void; busy: boolean }) {
  const { data, isPending, error, refetch } = useExplore(null)
  const authors = new Map(data?.pages.flatMap((page) => page.posts).map((post) => [post.author.id, post.author]))
  authors.delete(own)
  const isEmpty = data !== undefined && authors.size === 0
  const lead = isEmpty ? 'Nobody has posted yet: you are early. Your home fills as others come, and what you post is what they find.' : 'These people posted lately. What they post from now on comes to your home when you follow them.'
  return (
    <Scene title="Take your seat" lead={lead} onBack={onBack} onNext={onNext} next="Go to your home" busy={busy}>
      {error && !data && <Trouble error={error} again={() => void refetch()} />}
      {isPending && (
        <Loading what="people">
          <PersonSkeletons count={3} />
        </Loading>
      )}
      <ul role="list" className="-mx-5 divide-y divide-line border-line not-empty:border-y sm:-mx-8">
        {[...authors.values()].slice(0, 6).map((author) => (
          <li key={author.id}>
            <PersonRow {...author}>
              <FollowButton id={author.id} name={author.displayName} />
            </PersonRow>
          </li>
        ))}
      </ul>
    </Scene>
  )
}

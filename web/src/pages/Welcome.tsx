import { lazy, Suspense, useEffect } from 'react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { inWords } from '@/api/errors'
import { load } from '@/lib/chunk'
import { useTitle } from '@/lib/useTitle'
import { useEditProfile, useOwnProfile } from '@/profile/hooks'
import { Sheet } from '@/shell/Columns'
import { First } from '@/shell/First'
import { toast } from '@/ui/toast'
import { cx } from '@/ui/cx'
import { Craft } from '@/welcome/Craft'

const face = () => import('@/welcome/Face')
const credit = () => import('@/welcome/FirstCredit')
const people = () => import('@/welcome/FirstPeople')
const Face = lazy(() => load(face))
const FirstCredit = lazy(() => load(credit))
const FirstPeople = lazy(() => load(people))

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
  const isThere = profile !== undefined
  useEffect(() => {
    // While the first step is filled in; what cannot be had now is asked for again when it is needed.
    if (isThere) void Promise.allSettled([face(), credit(), people()])
  }, [isThere])
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
        <Suspense fallback={<First />}>
          {step === 'craft' && <Craft profile={profile} onNext={() => go(1)} />}
          {step === 'face' && <Face profile={profile} onBack={() => go(0)} onNext={() => go(2)} />}
          {step === 'credit' && <FirstCredit profile={profile} onBack={() => go(1)} onNext={() => go(3)} />}
          {step === 'people' && <FirstPeople own={profile.id} onBack={() => go(2)} onNext={() => go(4)} busy={edit.isPending} />}
        </Suspense>
      </Sheet>
    </div>
  )
}

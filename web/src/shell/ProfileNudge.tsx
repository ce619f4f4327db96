import { useId } from 'react'
import { Check, Circle } from 'lucide-react'
import { Link } from 'react-router'
import { ButtonLink } from '@/ui/Button'
import { useOwnProfile } from '@/profile/hooks'

/** What a profile still lacks, as long as it lacks something. */
export function ProfileNudge() {
  const { data: profile } = useOwnProfile()
  const title = useId()
  if (!profile) return null
  const steps = [
    { done: Boolean(profile.avatarUrl), label: 'A picture', to: '/profile/edit' },
    { done: Boolean(profile.title), label: 'What you do', to: '/profile/edit' },
    { done: Boolean(profile.bio), label: 'A few words about you', to: '/profile/edit' },
    { done: profile.credits.length > 0, label: 'A first credit', to: '/profile/edit#credits' },
    { done: profile.emailVerified, label: 'A confirmed e-mail address', to: '/settings' },
  ]
  const done = steps.filter((step) => step.done).length
  if (done === steps.length && profile.isOnboarded) return null
  return (
    <section aria-labelledby={title} className="card p-4">
      <h2 id={title} className="text-lg">
        Your profile
      </h2>
      <div className="mt-3 flex gap-1" aria-hidden="true">
        {steps.map((step, index) => (
          <span key={step.label} className={`h-1.5 flex-1 rounded-full ${index < done ? 'bg-ink' : 'bg-line'}`} />
        ))}
      </div>
      <ul role="list" className="mt-3 grid gap-0.5 text-[0.9375rem]">
        {steps.map((step) => (
          <li key={step.label}>
            {step.done ? (
              <span className="flex min-h-8 items-center gap-2.5 text-ink-3">
                <Check aria-hidden="true" className="size-4 text-ok" />
                <s className="decoration-1">{step.label}</s>
                <span className="sr-only">done</span>
              </span>
            ) : (
              <Link to={step.to} className="flex min-h-8 items-center gap-2.5 rounded-md hover:underline">
                <Circle aria-hidden="true" className="size-4 text-ink-3" />
                {step.label}
              </Link>
            )}
          </li>
        ))}
      </ul>
      {!profile.isOnboarded && (
        <ButtonLink to="/welcome" look="plain" size="small" className="mt-3">
          Finish setting up
        </ButtonLink>
      )}
    </section>
  )
}

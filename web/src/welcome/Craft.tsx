import type { OwnProfile } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { problems } from '@/lib/useForm'
import { useEditProfile } from '@/profile/hooks'
import { WordsField } from '@/profile/WordsField'
import { AreaField, FormError, TextField } from '@/ui/Field'
import { cx } from '@/ui/cx'
import { Scene } from './Scene'

const crafts = ['Voice actor', 'Narrator', 'Writer', 'Director', 'Casting director', 'Actor', 'Producer', 'Sound designer', 'Dialogue coach', 'Composer']

/** What one does. */
export function Craft({ profile, onNext }: { profile: OwnProfile; onNext: () => void }) {
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

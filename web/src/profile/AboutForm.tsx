import { inWords } from '@/api/errors'
import type { OwnProfile } from '@/api/types'
import { isSame, useDraft } from '@/lib/drafts'
import { problems, useFocusOnProblem } from '@/lib/useForm'
import { Button } from '@/ui/Button'
import { AreaField, FormError, TextField } from '@/ui/Field'
import { toast } from '@/ui/toast'
import { WordsField } from './WordsField'
import { edited, unsaved, type Edits } from './edits'
import { useEditProfile } from './hooks'

interface Values {
  displayName: string
  title: string
  pronouns: string
  location: string
  bio: string
  vanityUrl: string
  roles: string[]
  skills: string[]
}

function valuesOf(profile: OwnProfile): Values {
  return {
    displayName: profile.displayName,
    title: profile.title ?? '',
    pronouns: profile.pronouns ?? '',
    location: profile.location ?? '',
    bio: profile.bio ?? '',
    vanityUrl: profile.vanityUrl ?? '',
    roles: profile.roles,
    skills: profile.skills,
  }
}

/** Who one is, in words. What is typed and not saved survives a reload. */
export function AboutForm({ profile }: { profile: OwnProfile }) {
  const saved = valuesOf(profile)
  const [edits, setEdits, forget] = useDraft<Edits<Values>>(`edits.${profile.id}`, {})
  const values = edited(saved, edits)
  const set = <Name extends keyof Values>(name: Name, is: Values[Name]) => setEdits((now) => ({ ...now, [name]: [saved[name], is] }))
  const { mutate, isPending, error } = useEditProfile()
  const wrong = problems(error, Object.keys(values))
  const form = useFocusOnProblem(error)
  const changed = !isSame(values, saved)
  const bind = (name: 'displayName' | 'title' | 'pronouns' | 'location' | 'bio' | 'vanityUrl') => ({
    name,
    value: values[name],
    error: wrong.of(name),
    onChange: (event: { target: { value: string } }) => set(name, event.target.value),
  })
  return (
    <form
      ref={form}
      aria-label="About you"
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        mutate(
          {
            displayName: values.displayName,
            title: values.title || null,
            pronouns: values.pronouns || null,
            location: values.location || null,
            bio: values.bio || null,
            vanityUrl: values.vanityUrl || null,
            roles: values.roles,
            skills: values.skills,
          },
          {
            onSuccess: ({ user }) => {
              setEdits((now) => unsaved(valuesOf(user), now, values))
              toast.ok('Saved')
            },
            onError: (refused) => {
              if (Object.keys(values).every((name) => !problems(refused, Object.keys(values)).of(name))) toast.bad(inWords(refused))
            },
          },
        )
      }}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField label="Name" required maxLength={100} autoComplete="name" {...bind('displayName')} />
        <TextField label="Pronouns" maxLength={40} placeholder="she/her" {...bind('pronouns')} />
        <TextField label="What you do" maxLength={100} placeholder="Voice actor and narrator" {...bind('title')} />
        <TextField label="Where you are" maxLength={100} placeholder="Lisbon" {...bind('location')} />
      </div>
      <AreaField label="About you" maxLength={500} aside={`${Array.from(values.bio).length} / 500`} {...bind('bio')} />
      <WordsField label="Works as" words={values.roles} most={20} placeholder="Narrator" error={wrong.of('roles')} onChange={(roles) => set('roles', roles)} />
      <WordsField label="Skills" words={values.skills} most={50} placeholder="Dialects" error={wrong.of('skills')} onChange={(skills) => set('skills', skills)} />
      <TextField
        label="Short address"
        maxLength={40}
        autoCapitalize="none"
        spellCheck={false}
        placeholder={profile.username.toLowerCase().replaceAll('_', '-')}
        hint={`Your page is at /u/${values.vanityUrl || profile.username}. 3 to 40 small letters, digits and hyphens.`}
        {...bind('vanityUrl')}
      />
      <FormError>{wrong.whole}</FormError>
      <div className="flex items-center justify-end gap-3">
        {changed && (
          <>
            <p className="mr-auto text-sm text-ink-3">Not saved yet, kept on this device.</p>
            <Button look="quiet" onClick={forget}>
              Undo
            </Button>
          </>
        )}
        <Button type="submit" busy={isPending} disabled={!changed}>
          Save
        </Button>
      </div>
    </form>
  )
}

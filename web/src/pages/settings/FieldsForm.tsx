import type { ReactNode } from 'react'
import { useMutation } from '@tanstack/react-query'
import { problems, useFields, useFocusOnProblem } from '@/lib/useForm'
import { Button, type Look } from '@/ui/Button'
import { FormError, TextField } from '@/ui/Field'
import { PasswordField } from '@/ui/PasswordField'
import { toast } from '@/ui/toast'

interface OneField {
  name: string
  label: string
  kind: 'text' | 'email' | 'current-password' | 'new-password' | 'code'
  hint?: string
}

interface Props {
  label: string
  fields: OneField[]
  action: string
  look?: Look
  /** Answers what to say when it is done. */
  send: (values: Record<string, string>) => Promise<string | null>
  children?: ReactNode
}

/** A small form of a few fields, that asks once and says what came of it. */
export function FieldsForm({ label, fields, action, look, send, children }: Props) {
  const beginning = Object.fromEntries(fields.map((field) => [field.name, '']))
  const { values, bind, setValues } = useFields(beginning)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => send(values),
    onSuccess: (said) => {
      setValues(beginning)
      if (said) toast.ok(said)
    },
  })
  const wrong = problems(error, fields.map((field) => field.name))
  const form = useFocusOnProblem(error)
  return (
    <form
      ref={form}
      aria-label={label}
      className="grid max-w-md gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      {fields.map(({ name, label: words, kind, hint }) => {
        const common = { label: words, required: true, hint, error: wrong.of(name), ...bind(name), value: values[name] ?? '' }
        if (kind === 'current-password' || kind === 'new-password') return <PasswordField key={name} autoComplete={kind} {...common} />
        if (kind === 'code') return <TextField key={name} inputMode="text" autoComplete="one-time-code" autoCapitalize="none" className="font-script tracking-widest" {...common} />
        return <TextField key={name} type={kind} autoCapitalize="none" autoComplete={kind === 'email' ? 'email' : 'username'} {...common} />
      })}
      {children}
      <FormError>{wrong.whole}</FormError>
      <div>
        <Button type="submit" look={look ?? 'plain'} busy={isPending}>
          {action}
        </Button>
      </div>
    </form>
  )
}

import { useEffect, useRef, useState } from 'react'
import { ApiError, inWords } from '@/api/errors'

/** What the API calls a field, and what the forms call it. */
const names: Record<string, string> = { Email: 'The e-mail address', Username: 'The user name', 'Display name': 'The name', Password: 'The password', 'Vanity url': 'The short address' }

function inOurWords(message: string): string {
  const name = Object.keys(names).find((one) => message.startsWith(`${one} `))
  return name ? `${names[name] ?? name}${message.slice(name.length)}` : message
}

/** Which fields of the last refusal belong to which input, and what is left to say about the form as a whole. */
export function problems(error: unknown, fields: string[]): { of: (field: string) => string | undefined; whole: string | null } {
  if (!error) return { of: () => undefined, whole: null }
  if (!(error instanceof ApiError)) return { of: () => undefined, whole: inWords(error) }
  const told = error.details.filter((detail) => fields.includes(detail.field))
  return {
    of: (field) => {
      const message = told.find((detail) => detail.field === field)?.message
      return message && inOurWords(message)
    },
    whole: told.length > 0 && told.length === error.details.length ? null : inWords(error),
  }
}

/** Of a form that was refused, the first field with something wrong gets the focus: so that is read out, too. */
export function useFocusOnProblem(error: unknown) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (!error) return
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid=true]')
    // Of a field that has the focus already nothing would be read out.
    field?.blur()
    field?.focus()
  }, [error])
  return form
}

/** The fields of a form as one value, and one setter for each. */
export function useFields<T extends Record<string, string>>(beginning: T) {
  const [values, setValues] = useState(beginning)
  const bind = (name: keyof T & string) => ({
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues((now) => ({ ...now, [name]: event.target.value })),
  })
  return { values, bind, setValues }
}

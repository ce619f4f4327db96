import { useState } from 'react'
import { ApiError, inWords } from '@/api/errors'

/** Which fields of the last refusal belong to which input, and what is left to say about the form as a whole. */
export function problems(error: unknown, fields: string[]): { of: (field: string) => string | undefined; whole: string | null } {
  if (!error) return { of: () => undefined, whole: null }
  if (!(error instanceof ApiError)) return { of: () => undefined, whole: inWords(error) }
  const told = error.details.filter((detail) => fields.includes(detail.field))
  return {
    of: (field) => told.find((detail) => detail.field === field)?.message,
    whole: told.length > 0 && told.length === error.details.length ? null : inWords(error),
  }
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

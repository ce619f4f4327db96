import { expect, it } from 'vitest'
import { ApiError } from '@/api/errors'
import { problems } from './useForm'

const refused = (...details: [field: string, message: string][]) => new ApiError(400, 'VALIDATION_ERROR', 'Not so', details.map(([field, message]) => ({ field, message })))

it('says what is wrong with a field in the words of its label', () => {
  const { of, whole } = problems(refused(['email', 'Email is required'], ['year', 'Year must be a whole number']), ['email', 'year', 'title'])
  expect([of('email'), of('year'), of('title')]).toEqual(['The e-mail address is required', 'Year must be a whole number', undefined])
  expect(whole).toBeNull()
})

it('says of the whole form what belongs to none of its fields', () => {
  const { of, whole } = problems(refused(['email', 'Email is required'], ['other', 'Other is not known']), ['email'])
  expect(of('email')).toBe('The e-mail address is required')
  expect(whole).toBe('Not so')
})

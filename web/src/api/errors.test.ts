import { expect, it } from 'vitest'
import { ApiError, inWords } from './errors'

const tooMany = (seconds: number) => inWords(new ApiError(429, 'RATE_LIMITED', 'Too many', [], seconds))

it('says when to come back', () => {
  expect([0.2, 1, 2, 89, 120].map(tooMany)).toEqual(['Too many (in 1 second)', 'Too many (in 1 second)', 'Too many (in 2 seconds)', 'Too many (in 89 seconds)', 'Too many (in 2 minutes)'])
})

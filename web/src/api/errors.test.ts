import { expect, it } from 'vitest'
import { ApiError, inWords } from './errors'

const tooMany = (seconds: number) => inWords(new ApiError(429, 'RATE_LIMITED', 'Too many', [], seconds))

it('says when to come back', () => {
  const when = ['in 1 second', 'in 1 second', 'in 2 seconds', 'in 89 seconds', 'in 2 minutes']
  expect([0.2, 1, 2, 89, 120].map(tooMany)).toEqual(when.map((soon) => `This was done very often lately. Try again ${soon}.`))
})

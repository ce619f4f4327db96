import { expect, it } from 'vitest'
import { described, untold } from './described'

it('sends words as the server takes them, whatever was pasted with them', () => {
  expect(described('  A dog,\r\nasleep. 🐕 ')).toBe('A dog,\nasleep. 🐕')
  expect(described('\u200eA\u0000 d\u202eog\u2028asleep\u0085')).toBe('A dog\nasleep')
  expect(described(' \n ')).toBe('')
  expect(Array.from(described('🐕'.repeat(1001)))).toHaveLength(1000)
  expect(described(`${'a'.repeat(999)} b`)).toHaveLength(999)
})

it('tells what the server does not know yet, and that words were taken away', () => {
  expect(untold({})).toBeNull()
  expect(untold({ words: ' ' })).toBeNull()
  expect(untold({ words: 'A dog. ', told: 'A dog.' })).toBeNull()
  expect(untold({ words: 'Two dogs.', told: 'A dog.' })).toBe('Two dogs.')
  expect(untold({ words: '', told: 'A dog.' })).toBe('')
})

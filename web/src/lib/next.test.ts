import { expect, it } from 'vitest'
import { safeNext } from './next'

it.each([
  ['/network?tab=requests', '/network?tab=requests'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [null, '/'],
])('after logging in %s leads to %s', (asked, goes) => {
  expect(safeNext(asked)).toBe(goes)
})

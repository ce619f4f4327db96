import { expect, it } from 'vitest'
import { safeNext } from './next'

it.each([
  ['/network?tab=requests', '/network?tab=requests'],
  ['/u/ada#credits', '/u/ada#credits'],
  ['/search?q=a%2Fb&type=posts', '/search?q=a%2Fb&type=posts'],
  ['//evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/\n\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/x/..//evil.example', '/'],
  ['//', '/'],
  ['network', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [null, '/'],
])('after logging in %s leads to %s', (asked, goes) => {
  expect(safeNext(asked)).toBe(goes)
})

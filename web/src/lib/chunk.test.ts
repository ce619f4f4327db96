import { beforeEach, expect, it } from 'vitest'
import { mayReload } from './chunk'

beforeEach(() => sessionStorage.clear())

it('a page that cannot be loaded reloads the site once, not for ever', () => {
  expect(mayReload(100_000, true)).toBe(true)
  expect(mayReload(101_000, true)).toBe(false)
  expect(mayReload(200_000, true)).toBe(true)
})

it('without a network a reload would only lose the page', () => {
  expect(mayReload(100_000, false)).toBe(false)
})

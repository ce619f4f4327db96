import { expect, it } from 'vitest'
import { device, isPhone } from './device'

const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  [safari, 'Safari on iOS'],
  ['curl/8.1', 'curl'],
  ['valine-seed/1', 'valine-seed'],
  [null, 'An unknown device'],
])('%s is %s', (userAgent, words) => {
  expect(device(userAgent)).toBe(words)
})

it('knows a phone', () => {
  expect(isPhone(safari)).toBe(true)
  expect(isPhone('curl/8.1')).toBe(false)
})

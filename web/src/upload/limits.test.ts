import { expect, it } from 'vitest'
import { kindOf, megabytes, objection } from './limits'

const MB = 1024 * 1024

it('takes what the server takes', () => {
  expect(objection({ name: 'a.png', type: 'image/png', size: 10 * MB })).toBeNull()
  expect(objection({ name: 'a.mp4', type: 'video/mp4', size: 500 * MB })).toBeNull()
  expect(kindOf('application/pdf')).toBe('document')
})

it('says what is wrong with a file before it is sent', () => {
  expect(objection({ name: 'a.exe', type: '', size: 1 })).toContain('a.exe is not a picture')
  expect(objection({ name: 'a.svg', type: 'image/svg+xml', size: 1 })).toContain('is not a picture')
  expect(objection({ name: 'a.png', type: 'image/png', size: 10 * MB + 1 })).toContain('10 MB')
  expect(objection({ name: 'a.wav', type: 'audio/wav', size: 0 })).toContain('empty')
})

it('tells sizes for people', () => {
  expect(megabytes(512)).toBe('512 B')
  expect(megabytes(2048)).toBe('2 kB')
  expect(megabytes(3.25 * MB)).toBe('3.3 MB')
})

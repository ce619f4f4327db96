import { beforeEach, describe, expect, it, vi } from 'vitest'
import { onceKey } from './once'
import { read, readAll, write } from './storage'

beforeEach(() => localStorage.clear())

describe('the key of a creating request', () => {
  it('is the same for the same words, also after a reload', () => {
    const first = onceKey('credit', { title: 'Rain' })
    expect(onceKey('credit', { title: 'Rain' }).key).toBe(first.key)
  })
  it('is another for other words, and after it was settled', () => {
    const first = onceKey('credit', { title: 'Rain' })
    const other = onceKey('credit', { title: 'Snow' })
    expect(other.key).not.toBe(first.key)
    other.settled()
    expect(onceKey('credit', { title: 'Snow' }).key).not.toBe(other.key)
  })
})

describe('storage', () => {
  it('keeps what it was given, and reads nonsense as nothing', () => {
    write('a', { b: 1 })
    expect(read('a')).toEqual({ b: 1 })
    localStorage.setItem('a', '{')
    expect(read('a')).toBeNull()
  })
})

it('where there is no room, what this tab has is added to what others have kept, and kept when there is', () => {
  localStorage.setItem('list', '[{"id":"theirs"}]')
  const full = vi.spyOn(localStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  write('list', [{ id: 'theirs' }, { id: 'ours' }])
  full.mockRestore()
  localStorage.setItem('list', '[{"id":"theirs"},{"id":"new"}]')
  expect(readAll('list').map(({ id }) => id)).toEqual(['theirs', 'new', 'ours'])
  write('list', readAll('list'))
  expect(localStorage.getItem('list')).toContain('ours')
})

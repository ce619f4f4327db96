import { beforeEach, describe, expect, it } from 'vitest'
import { onceKey } from './once'
import { read, write } from './storage'

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

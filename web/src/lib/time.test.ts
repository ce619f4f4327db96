import { describe, expect, it } from 'vitest'
import { ago, clock, timeOfDay } from './time'

const now = new Date('2026-03-10T12:00:00Z')

describe('relative times', () => {
  it.each([
    ['2026-03-10T12:00:09Z', 'just now'],
    ['2026-03-10T11:59:40Z', 'just now'],
    ['2026-03-10T11:59:01Z', 'just now'],
    ['2026-03-10T11:58:10Z', '1 minute ago'],
    ['2026-03-10T11:57:00Z', '3 minutes ago'],
    ['2026-03-10T11:00:20Z', '59 minutes ago'],
    ['2026-03-10T09:00:00Z', '3 hours ago'],
    ['2026-03-09T12:00:00Z', 'yesterday'],
    ['2026-03-01T12:00:00Z', 'last week'],
    ['2026-01-05T12:00:00Z', 'Jan 5'],
    ['2024-12-24T12:00:00Z', 'Dec 24, 2024'],
  ])('%s is %s', (time, words) => {
    expect(ago(time, now)).toBe(words)
  })
})

it('shows lengths as clocks do', () => {
  expect(clock(65)).toBe('1:05')
  expect(clock(3723)).toBe('1:02:03')
  expect(clock(Number.NaN)).toBe('0:00')
})

it('knows what a screenplay calls the hour', () => {
  expect(timeOfDay(new Date(2026, 0, 1, 3))).toBe('Night')
  expect(timeOfDay(new Date(2026, 0, 1, 13))).toBe('Day')
})

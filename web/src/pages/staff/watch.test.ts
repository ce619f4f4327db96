import { describe, expect, it } from 'vitest'
import { forHowLong, withSample, type Sample } from './watch'

const sample = (at: number): Sample => ({ at, queues: [], outboxes: [] })

describe('what was measured lately', () => {
  it('grows, until it is five minutes long', () => {
    let samples: readonly Sample[] = []
    for (let at = 1; at <= 120; at++) samples = withSample(samples, sample(at * 3000))
    expect(samples.length).toBe(100)
    expect(samples.at(-1)?.at).toBe(360_000)
    expect(samples[0]?.at).toBe(63_000)
  })

  it('takes an answer once, though it is told twice', () => {
    const once = withSample([], sample(3000))
    expect(withSample(once, sample(3000))).toBe(once)
  })

  it('begins anew after a pause, as nobody knows what was in between', () => {
    const before = withSample([], sample(3000))
    expect(withSample(before, sample(3000 + 16_000)).map(({ at }) => at)).toEqual([19_000])
  })
})

it('is told for how long the oldest has waited', () => {
  expect([null, 0.04, 9.96, 42.2, 119, 300].map(forHowLong)).toEqual(['–', '0.0 s', '10.0 s', '42 s', '119 s', '5 min'])
})

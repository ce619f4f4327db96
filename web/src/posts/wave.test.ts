import { expect, it } from 'vitest'
import { loudness } from './wave'

it('is drawn as loud as it is, the loudest bar whole', () => {
  const samples = new Float32Array(400)
  samples.fill(0.1, 100, 200)
  samples.fill(-0.4, 200, 300)
  expect(loudness(samples, 4).map((level) => Math.round(level * 100))).toEqual([0, 25, 100, 0])
})

it('is flat where there is silence, and where there is less sound than bars', () => {
  expect(loudness(new Float32Array(100), 4)).toEqual([0, 0, 0, 0])
  expect(loudness(new Float32Array([1, 1]), 4)).toEqual([1, 1, 0, 0])
})

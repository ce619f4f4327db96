import { expect, it, vi } from 'vitest'
import { loudness, waveOf } from './wave'

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

it('is looked for again when it could not be fetched, and not when it is too long', async () => {
  const fetched = vi.fn<typeof fetch>().mockRejectedValueOnce(new TypeError('nobody')).mockImplementation(() => Promise.resolve(new Response('too long', { headers: { 'Content-Length': '8' } })))
  vi.stubGlobal('fetch', fetched)
  for (let time = 1; time <= 3; time++) expect(await waveOf('/take', 4)).toBeNull()
  expect(fetched).toHaveBeenCalledTimes(2)
  vi.unstubAllGlobals()
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { load, mayReload } from './chunk'
import { isReachable, reached } from './connection'

const health = vi.fn<() => Promise<Response>>()
const reload = vi.fn()
beforeEach(() => {
  sessionStorage.clear()
  vi.useFakeTimers()
  vi.stubGlobal('fetch', health)
  vi.spyOn(location, 'reload').mockImplementation(reload)
})
afterEach(() => {
  reached()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

it('a page that cannot be loaded reloads the site once, not for ever', () => {
  expect(mayReload(100_000)).toBe(true)
  expect(mayReload(101_000)).toBe(false)
  expect(mayReload(200_000)).toBe(true)
})

it('a part that is gone while Joint is there has the site loaded anew', async () => {
  health.mockResolvedValue(new Response())
  void load(() => Promise.reject(new TypeError('gone')))
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  await expect(load(() => Promise.reject(new TypeError('gone')))).rejects.toThrow('gone')
})

it('while Joint is away a part is waited for, and nothing is reloaded', async () => {
  health.mockRejectedValueOnce(new TypeError('nobody')).mockResolvedValue(new Response())
  const chunk = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('nobody')).mockResolvedValue('there')
  const loaded = load(chunk)
  await vi.waitFor(() => expect(isReachable()).toBe(false))
  expect(chunk).toHaveBeenCalledOnce()
  // Then it is asked again whether somebody is there.
  await vi.advanceTimersByTimeAsync(1500)
  expect(await loaded).toBe('there')
  expect(reload).not.toHaveBeenCalled()
})

it('who has no patience is told', async () => {
  health.mockRejectedValue(new TypeError('nobody'))
  await expect(load(() => Promise.reject(new TypeError('nobody')), false)).rejects.toThrow('nobody')
  expect(reload).not.toHaveBeenCalled()
})

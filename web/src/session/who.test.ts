import { beforeEach, expect, it, vi } from 'vitest'
import { actFor, answer, api } from '@/api/client'
import { outbox } from '@/outbox/instance'
import { all } from '@/upload/uploads'
import { forgetPerson, isKeptOf } from './forget'
import { lastHere, onWho, tellWho } from './who'

const asked = vi.fn(() => Promise.resolve(Response.json({})))
beforeEach(() => {
  localStorage.clear()
  asked.mockClear()
  vi.stubGlobal('fetch', asked)
})

const follow = () => answer(api.POST('/api/social/follow/{userId}', { params: { path: { userId: 'eve' } } }))

it('nothing is written for one person with the session of another', async () => {
  const changed = vi.fn()
  tellWho('zoe')
  actFor('zoe', changed)
  await follow()
  expect(asked).toHaveBeenCalledOnce()
  // As another tab does it.
  localStorage.setItem('joint.account', '"bob"')
  await expect(follow()).rejects.toMatchObject({ status: 401, code: 'SESSION_CHANGED' })
  localStorage.removeItem('joint.account')
  await expect(follow()).rejects.toMatchObject({ code: 'SESSION_CHANGED' })
  expect(asked).toHaveBeenCalledOnce()
  expect(changed.mock.calls).toEqual([[false], [false]])
  actFor(null, changed)
})

it('the server is told whom a page shows, and what it refuses for that reason is nobody’s', async () => {
  const changed = vi.fn()
  tellWho('zoe')
  actFor('zoe', changed)
  asked.mockResolvedValueOnce(Response.json({ message: 'Somebody else', code: 'SESSION_CHANGED' }, { status: 409 }))
  await expect(follow()).rejects.toMatchObject({ status: 401, code: 'SESSION_CHANGED' })
  expect(changed.mock.calls).toEqual([[true]])
  asked.mockResolvedValueOnce(Response.json({ message: 'Twice', code: 'ALREADY_THERE' }, { status: 409 }))
  await expect(follow()).rejects.toMatchObject({ status: 409, code: 'ALREADY_THERE' })
  expect(changed).toHaveBeenCalledOnce()
  const told = (asked.mock.calls as unknown as [Request][]).map(([request]) => request.headers.get('X-Joint-Account'))
  expect(told).toEqual(['zoe', 'zoe'])
  actFor(null, changed)
})

it('every tab hears who has come and who has gone, once', () => {
  const heard = vi.fn((): string | null => lastHere())
  const stop = onWho(heard)
  tellWho('zoe')
  tellWho('zoe')
  localStorage.setItem('joint.account', '"bob"')
  window.dispatchEvent(new StorageEvent('storage', { key: 'joint.account' }))
  stop()
  tellWho(null)
  expect(heard.mock.results.map(({ value }) => value as unknown)).toEqual(['zoe', 'bob'])
})

it('of a deleted person nothing stays on the device, and of others all does', async () => {
  asked.mockImplementation(() => Promise.reject(new TypeError('nobody')))
  for (const who of ['zoe', 'bob']) {
    outbox.start(who)
    outbox.put('post', '/posts', { content: `sent by ${who}` })
    localStorage.setItem(`joint.draft.post.${who}`, '"typed"')
    localStorage.setItem(`joint.once.${who}.credit`, '{}')
    localStorage.setItem(`joint.export.${who}`, '"1"')
  }
  outbox.start(null)
  localStorage.setItem('joint.uploads', JSON.stringify(['zoe', 'bob'].map((account) => ({ id: account, account, purpose: 'post', state: 'ready' }))))
  window.dispatchEvent(new StorageEvent('storage', { key: 'joint.uploads' }))
  expect([isKeptOf('zoe'), isKeptOf('bob')]).toEqual([true, true])
  await forgetPerson('zoe')
  expect([isKeptOf('zoe'), isKeptOf('bob')]).toEqual([false, true])
  expect(JSON.stringify(localStorage)).not.toContain('zoe')
  expect(all().map(({ account }) => account)).toEqual(['bob'])
  expect(outbox.all().map(({ account }) => account)).toEqual(['bob'])
  expect(Object.keys(localStorage).filter((key) => key.includes('bob'))).toHaveLength(3)
})

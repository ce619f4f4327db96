import { expect, it } from 'vitest'
import type { Relationship } from '@/api/types'
import { after, type Deed } from './hooks'

const strangers: Relationship = { following: false, followedBy: true, connection: 'none', blocked: false }

it.each<[Deed, Partial<Relationship>, Partial<Relationship>]>([
  ['follow', {}, { following: true, followedBy: true }],
  ['unfollow', { following: true }, { following: false }],
  ['ask', {}, { connection: 'requested' }],
  ['ask', { connection: 'incoming' }, { connection: 'connected' }],
  ['accept', { connection: 'incoming' }, { connection: 'connected' }],
  ['decline', { connection: 'incoming' }, { connection: 'none' }],
  ['withdraw', { connection: 'requested' }, { connection: 'none' }],
  ['block', { following: true, connection: 'connected' }, { following: false, followedBy: false, connection: 'none', blocked: true }],
  ['unblock', { blocked: true }, { blocked: false }],
])('after %s, %o is %o', (deed, before, expected) => {
  expect(after(deed, { ...strangers, ...before })).toMatchObject(expected)
})

import { expect, it } from 'vitest'
import type { Comment } from '@/api/types'
import { threads } from './threads'

const comment = (id: string, parentId?: string): Comment => ({
  id,
  postId: 'p',
  author: { id: 'a', username: 'a', displayName: 'A', avatarUrl: null },
  content: id,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...(parentId ? { parentId } : {}),
})

it('a comment that was told twice is shown once', () => {
  const made = threads([comment('1'), comment('9'), comment('9a', '9'), comment('2'), comment('9'), comment('9a', '9')])
  expect(made.map(({ comment: one, answers }) => [one.id, answers.length])).toEqual([
    ['1', 0],
    ['9', 1],
    ['2', 0],
  ])
})

it('answers stand below what they answer, in order, and none is lost', () => {
  const made = threads([comment('1'), comment('2'), comment('1a', '1'), comment('2a', '2'), comment('1b', '1'), comment('x', 'gone')])
  expect(made.map(({ comment: one, answers }) => [one.id, answers.map((answer) => answer.id)])).toEqual([
    ['1', ['1a', '1b']],
    ['2', ['2a']],
    ['x', []],
  ])
})

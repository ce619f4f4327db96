import { act, createElement as e } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { putBack, useDraft } from './drafts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
let root: Root
let draft: ReturnType<typeof useDraft<string>>
function Writer({ name }: { name: string }) {
  draft = useDraft(name, '')
  return null
}
const show = (name: string) => act(() => root.render(e(Writer, { name })))
const type = (text: string) => act(() => draft[1](text))
const kept = (name: string) => localStorage.getItem(`joint.draft.${name}`)
/** As the browser tells it, when another tab has written. */
const another = (name: string, kept: string) =>
  act(() => {
    localStorage.setItem(`joint.draft.${name}`, kept)
    window.dispatchEvent(new StorageEvent('storage', { key: `joint.draft.${name}` }))
  })

beforeEach(() => {
  localStorage.clear()
  root = createRoot(document.body.appendChild(document.createElement('div')))
})
afterEach(() => act(() => root.unmount()))

it('what is typed is kept under its own name, and not under that of who comes next', () => {
  show('post.ada')
  type('hers')
  show('post.bob')
  expect(draft[0]).toBe('')
  expect(kept('post.bob')).toBe(null)
  type('his')
  show('post.ada')
  expect(draft[0]).toBe('hers')
  expect(kept('post.bob')).toBe('"his"')
})

it('another tab is followed, and nothing is written back to it', () => {
  show('post.ada')
  // Written back, it would lose the space before it.
  another('post.ada', ' "typed there"')
  expect(draft[0]).toBe('typed there')
  expect(kept('post.ada')).toBe(' "typed there"')
})

it('what is at its beginning again is kept no longer', () => {
  show('post.ada')
  type('a')
  type('')
  expect(kept('post.ada')).toBe(null)
  type('b')
  act(() => draft[2]())
  expect([draft[0], kept('post.ada')]).toEqual(['', null])
})

it('what is put back is seen where it is written, after what stands there', () => {
  show('post.ada')
  type('new')
  act(() => putBack<string>('post.ada', (before) => `${before ?? ''} and old`))
  expect(draft[0]).toBe('new and old')
})

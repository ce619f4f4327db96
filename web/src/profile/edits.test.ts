import { expect, it } from 'vitest'
import { edited, unsaved, type Edits } from './edits'

const saved = { title: 'Narrator', bio: '', roles: ['Narrator'] }

it('what was typed stands in the place of what is saved', () => {
  expect(edited(saved, { title: ['Narrator', 'Director'], roles: [['Narrator'], []] })).toEqual({ title: 'Director', bio: '', roles: [] })
})

it('what was changed elsewhere meanwhile stays, and the rest of what was typed as well', () => {
  const edits: Edits<typeof saved> = { title: ['Narrator', 'Director'], bio: ['', 'Low and dry'] }
  expect(edited({ ...saved, title: 'Casting director' }, edits)).toEqual({ title: 'Casting director', bio: 'Low and dry', roles: ['Narrator'] })
})

it('what is typed while the rest is being saved is kept', () => {
  const sent = { ...saved, title: 'Director' }
  const edits: Edits<typeof saved> = { title: ['Narrator', 'Director of radio'], bio: ['', ''] }
  expect(unsaved(sent, edits, sent)).toEqual({ title: ['Director', 'Director of radio'] })
})

import { describe, expect, it } from 'vitest'
import { counted, excerptPieces, initials, objectionToTags, runs, sized, tagsOf } from './words'

describe('excerpts', () => {
  it('become text and marks, never markup', () => {
    expect(excerptPieces('It will <mark>rain</mark> &amp; &lt;b&gt;shine')).toEqual([
      { found: false, text: 'It will ' },
      { found: true, text: 'rain' },
      { found: false, text: ' & <b>shine' },
    ])
  })
  it('leave what they do not know as it is', () => {
    expect(excerptPieces('&unknown; <img src=x>')).toEqual([{ found: false, text: '&unknown; <img src=x>' }])
  })
})

describe('what people write', () => {
  it('is cut into links, names, tags and text', () => {
    expect(runs('Hear @ada at https://a.example/x?y=1. #voice')).toEqual([
      { kind: 'text', text: 'Hear ' },
      { kind: 'mention', text: 'ada' },
      { kind: 'text', text: ' at ' },
      { kind: 'link', text: 'https://a.example/x?y=1' },
      { kind: 'text', text: '. ' },
      { kind: 'tag', text: 'voice' },
    ])
  })
  it('is no link with another scheme, and no name inside of an address', () => {
    expect(runs('javascript:alert(1) me@home.example').map((run) => run.kind)).toEqual(['text'])
  })
  it('gives tags once, without the sign', () => {
    expect(tagsOf('#Voice, voice  ##stage')).toEqual(['voice', 'stage'])
    expect(tagsOf(Array.from({ length: 12 }, (_, i) => `t${i}`).join(' '))).toHaveLength(10)
  })
})

it('counts for people', () => {
  expect(counted(1, 'follower')).toBe('1 follower')
  expect(counted(0, 'follower')).toBe('0 followers')
  expect(counted(12_345, 'reply', 'replies')).toBe('12.3K replies')
})

it('makes initials of any name', () => {
  expect(initials('Ada Lovelace')).toBe('AL')
  expect(initials('  ')).toBe('?')
  expect(initials('Ana María de la Cruz')).toBe('AC')
})

it('asks for pictures in a size, whatever the address said before', () => {
  expect(sized('/api/media/1/content?size=avatar', 64)).toMatch(/^\/api\/media\/1\/content\?size=\d+$/)
  expect(sized(null, 64)).toBeUndefined()
})

it('tags that the server would refuse are said to be none', () => {
  expect(objectionToTags(['voice', 'åäö-1', 'a_b'])).toBe(null)
  expect(objectionToTags(['voice', 'c++'])).toContain('c++')
  expect(objectionToTags(['x'.repeat(51)])).not.toBe(null)
})

let compact: Intl.NumberFormat | undefined

export function short(count: number): string {
  // Most numbers are small, and what writes the others takes its time to be made.
  if (count < 1000) return String(count)
  compact ??= new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
  return compact.format(count)
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${short(count)} ${count === 1 ? one : many}`
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters.map((word) => (word ? (Array.from(word)[0] ?? '') : '')).join('').toUpperCase() || '?'
}

/** The same small number for the same text, to give everybody a colour of their own. */
export function pick(text: string, choices: number): number {
  let sum = 0
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return sum % choices
}

interface Piece {
  text: string
  found: boolean
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", apos: "'" }

/** Cuts an excerpt at its marks. What is between is text for React, never HTML for the browser. */
export function excerptPieces(excerpt: string): Piece[] {
  const pieces: Piece[] = []
  let found = false
  for (const part of excerpt.split(/(<\/?mark>)/)) {
    if (part === '<mark>') found = true
    else if (part === '</mark>') found = false
    else if (part !== '') {
      pieces.push({ found, text: part.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole) })
    }
  }
  return pieces
}

type Run = { kind: 'text' | 'link' | 'mention' | 'tag'; text: string }

const RUNS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|(?<![\w@])@([A-Za-z0-9_]{3,30})|(?<![\w#])#([\p{L}\p{N}_-]{1,50})/gu

/** Links, @names and #tags in what people write. */
export function runs(text: string): Run[] {
  const found: Run[] = []
  let end = 0
  for (const match of text.matchAll(RUNS)) {
    if (match.index > end) found.push({ kind: 'text', text: text.slice(end, match.index) })
    if (match[1]) found.push({ kind: 'link', text: match[1] })
    else if (match[2]) found.push({ kind: 'mention', text: match[2] })
    else if (match[3]) found.push({ kind: 'tag', text: match[3] })
    end = match.index + match[0].length
  }
  if (end < text.length) found.push({ kind: 'text', text: text.slice(end) })
  return found
}

/** As the server keeps them: without `#`, each once, ten at most. */
export function tagsOf(text: string): string[] {
  const tags = text
    .split(/[\s,]+/)
    .map((tag) => tag.replace(/^#+/, '').toLowerCase())
    .filter((tag) => tag !== '')
  return [...new Set(tags)].slice(0, 10)
}

/** A picture's stable address, in the size that is needed. */
export function sized(url: string | null | undefined, pixels: number): string | undefined {
  if (!url) return undefined
  const density = typeof devicePixelRatio === 'number' ? Math.min(Math.ceil(devicePixelRatio), 3) : 1
  return `${url.split('?')[0] ?? url}?size=${pixels * density}`
}

/** What the server would say against a tag; nothing when they are all fine. */
export function objectionToTags(tags: readonly string[]): string | null {
  const wrong = tags.find((tag) => !/^[\p{L}\p{N}_-]{1,50}$/u.test(tag))
  return wrong === undefined ? null : `“${wrong}” cannot be a tag: letters, digits, - and _ can, 50 of them at most.`
}

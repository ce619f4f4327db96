/** As many characters as the server takes. */
export const MOST_WORDS = 1000

/** Characters that nobody sees, and those that turn the direction of what stands around them: they come with what is pasted. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Words about a file as the server takes them: it refuses others, and would refuse the file with them. */
export function described(text: string): string {
  const clean = text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(UNSEEN, '').trim()
  return Array.from(clean).slice(0, MOST_WORDS).join('').trimEnd()
}

/** What is still to be told of a file that has arrived; nothing when the server knows it. */
export function untold({ words = '', told = '' }: { words?: string | undefined; told?: string | undefined }): string | null {
  const now = described(words)
  return now === told ? null : now
}

// Codes of a second factor, as an app on a phone makes them (RFC 6238).
import { createHmac } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * An app that shows codes of one secret. Every code works once, and for its own step of 30 seconds and the one on either side; so it
 * shows the code of now, or of the step after the last that it showed: one that is typed as the step ends is still good.
 */
export class Authenticator {
  #key
  #last = 0

  constructor(secret) {
    let bits = ''
    for (const letter of secret.replace(/[\s=]/g, '')) bits += LETTERS.indexOf(letter).toString(2).padStart(5, '0')
    this.#key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))
  }

  next() {
    this.#last = Math.max(Math.floor(Date.now() / 30_000), this.#last + 1)
    const step = Buffer.alloc(8)
    step.writeBigUInt64BE(BigInt(this.#last))
    const digest = createHmac('sha1', this.#key).update(step).digest()
    const at = digest[19] & 15
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
  }
}

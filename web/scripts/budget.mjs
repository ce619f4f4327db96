// A page may cost at most so much JavaScript, compressed, before it is there; more fails the build.
import { LIMIT, weights } from './weight.mjs'

const found = weights()
console.log(`JavaScript, gzip: ${found.map(([name, kilobytes]) => `${name} ${kilobytes.toFixed(1)} kB`).join(', ')} (at most ${LIMIT} kB)`)
if (found.some(([, kilobytes]) => kilobytes > LIMIT)) {
  console.error('Too much JavaScript before a page is there. Load what it does not need lazily.')
  process.exit(1)
}

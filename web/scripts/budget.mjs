// The first page may cost at most so much JavaScript, compressed; more fails the build.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 150 * 1024
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry)

function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const next of manifest[name].imports ?? []) withImports(next, seen)
  return seen
}
const weigh = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length
const names = (roots) => new Set(roots.flatMap((root) => [...withImports(root)]))
const weight = (files) => [...files].reduce((sum, name) => sum + weigh(manifest[name].file), 0)

const lines = []
let worst = 0
for (const [page, roots] of Object.entries({
  'every page': [entry],
  'landing page': [entry, 'src/pages/Landing.tsx', 'src/shell/Shell.tsx'],
  'home feed': [entry, 'src/pages/Home.tsx', 'src/shell/Shell.tsx'],
})) {
  const size = weight(names(roots))
  worst = Math.max(worst, size)
  lines.push(`${page}: ${(size / 1024).toFixed(1)} kB`)
}
console.log(`JavaScript, gzip: ${lines.join(', ')} (at most ${LIMIT / 1024} kB)`)
if (worst > LIMIT) {
  console.error('Too much JavaScript before the first page. Load what it does not need lazily.')
  process.exit(1)
}

// Assets of the build before this one stay for one more: whoever has the old page open goes on with the old pieces.
//   node scripts/keep.mjs before    puts them aside
//   node scripts/keep.mjs after     puts back what the new build does not have, and notes what is its own
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const aside = 'node_modules/.cache/joint-last-build'
const note = 'dist/build.json'
const assets = () => (existsSync('dist/assets') ? readdirSync('dist/assets') : [])

if (process.argv[2] === 'before') {
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true })
  const own = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : assets()
  for (const name of own) if (existsSync(`dist/assets/${name}`)) cpSync(`dist/assets/${name}`, `${aside}/${name}`)
} else {
  const own = assets()
  writeFileSync(note, JSON.stringify(own))
  if (existsSync(aside)) for (const name of readdirSync(aside)) if (!own.includes(name)) cpSync(`${aside}/${name}`, `dist/assets/${name}`)
  rmSync(aside, { recursive: true, force: true })
}

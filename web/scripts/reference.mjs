// Writes the API's reference (the site's /docs) into a folder, `dist/docs` by default: our page, and the pieces of Scalar
// that it loads. Scalar's package has them whole; the 284 packages that it was made of (311 MB) are not installed for it.
//   node scripts/reference.mjs [FOLDER]
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = process.argv[2] ?? join(here, 'dist/docs')
const source = JSON.parse(readFileSync(join(here, 'reference/source.json'), 'utf8'))
const cache = join(here, 'node_modules/.cache/joint-reference')
const kept = join(cache, source.version)

/** Fetches the package by npm, and takes it only if it is the one that was looked at. */
function fetchPackage() {
  mkdirSync(cache, { recursive: true })
  const aside = mkdtempSync(join(cache, 'new-'))
  const words = ['pack', `${source.package}@${source.version}`, '--ignore-scripts', '--json', '--pack-destination', aside]
  execFileSync('npm', words, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] })
  const [archive] = readdirSync(aside)
  const bytes = readFileSync(join(aside, archive))
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (integrity !== source.integrity) throw new Error(`${source.package} ${source.version} is not what reference/source.json names: ${integrity}`)
  execFileSync('tar', ['-xzf', join(aside, archive), '-C', aside, 'package/dist/browser', 'package/package.json'])
  rmSync(kept, { recursive: true, force: true })
  renameSync(join(aside, 'package'), kept)
  rmSync(aside, { recursive: true, force: true })
}

if (!existsSync(join(kept, 'dist/browser/standalone.esm.js'))) fetchPackage()

const browser = join(kept, 'dist/browser')
const files = [
  ...['start.js', 'reference.css'].map((name) => [name, join(here, 'reference', name)]),
  ['standalone.esm.js', join(browser, 'standalone.esm.js')],
  ...readdirSync(join(browser, 'chunks')).map((name) => [`chunks/${name}`, join(browser, 'chunks', name)]),
].filter(([name]) => !name.endsWith('.map'))
const digest = createHash('sha256')
for (const [name, path] of files) digest.update(`${name}\n`).update(readFileSync(path))
const named = digest.digest('hex').slice(0, 12)

rmSync(folder, { recursive: true, force: true })
for (const [name, path] of files) cpSync(path, join(folder, named, name))
writeFileSync(join(folder, 'index.html'), readFileSync(join(here, 'reference/index.html'), 'utf8').replaceAll('{files}', named))

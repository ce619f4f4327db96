// Everything that makes a build, in order; the first step that fails ends it. It is made aside and takes the place of the one
// before as a whole: a server that serves that one goes on until then.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

const aside = resolve('node_modules/.cache/joint-build')
// A build that was stopped between the two last steps has left what was there aside.
if (!existsSync('dist') && existsSync(`${aside}/before`)) renameSync(`${aside}/before`, 'dist')
rmSync(aside, { recursive: true, force: true })
mkdirSync(aside, { recursive: true })

const run = (cwd, script, ...words) => execFileSync(process.execPath, [resolve(script), ...words], { cwd, stdio: 'inherit' })
run('.', 'node_modules/vite/bin/vite.js', 'build', '--outDir', `${aside}/dist`, '--emptyOutDir', ...process.argv.slice(2))
run(aside, 'scripts/budget.mjs')
run(aside, 'scripts/reference.mjs', `${aside}/dist/docs`)
run(aside, 'scripts/compress.mjs')
run('.', 'scripts/keep.mjs', `${aside}/dist`)

if (existsSync('dist')) renameSync('dist', `${aside}/before`)
renameSync(`${aside}/dist`, 'dist')
rmSync(aside, { recursive: true, force: true })

// Everything that makes a build, in order; the first step that fails ends it.
import { execFileSync } from 'node:child_process'

const run = (...words) => execFileSync(process.execPath, words, { stdio: 'inherit' })
run('scripts/keep.mjs', 'before')
run('node_modules/vite/bin/vite.js', 'build', ...process.argv.slice(2))
run('scripts/budget.mjs')
run('scripts/reference.mjs')
run('scripts/compress.mjs')
run('scripts/keep.mjs', 'after')

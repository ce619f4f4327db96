// Assets of the build before this one stay for one more: whoever has the old page open goes on with the old pieces.
//   node scripts/keep.mjs FOLDER    adds to the new build what it does not have, and notes what is its own
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = process.argv[2]
const note = 'build.json'
const assets = (of) => (existsSync(`${of}/assets`) ? readdirSync(`${of}/assets`) : [])

const own = assets(folder)
writeFileSync(`${folder}/${note}`, JSON.stringify(own))
const before = existsSync(`dist/${note}`) ? JSON.parse(readFileSync(`dist/${note}`, 'utf8')) : assets('dist')
for (const name of before) {
  if (!own.includes(name) && existsSync(`dist/assets/${name}`)) cpSync(`dist/assets/${name}`, `${folder}/assets/${name}`)
}

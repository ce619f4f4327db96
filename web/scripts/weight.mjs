// All JavaScript that is fetched before a page is there: what `index.html` names, and what its first script adds.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

export const LIMIT = 150

/** Kilobytes that a file of the build has, compressed. */
export const kilobytes = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / 1000

/** Kilobytes, compressed, of every page of the router; the heaviest first. `/!` is `/` for members. */
export function weights() {
  const html = readFileSync('dist/index.html', 'utf8')
  const always = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file)
  const { files, pages } = JSON.parse(html.match(/name="joint-pages" content="([^"]*)"/)[1].replaceAll('&quot;', '"'))
  const of = (pieces) => [...new Set([...always, ...pieces.map((piece) => files[piece])])].reduce((sum, file) => sum + kilobytes(file), 0)
  return Object.entries(pages)
    .map(([place, pieces]) => [place, of(pieces)])
    .sort(([, one], [, other]) => other - one)
}

// All JavaScript that is fetched before a page is there: what `index.html` names, and what its first script adds.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

export const LIMIT = 150
const places = { '/': 'landing page', '/!': 'home', '/explore': 'explore', '/u/': 'a profile', '/post/': 'a post', '/search': 'search', '/signup': 'sign-up' }

/** Kilobytes that a file of the build has, compressed. */
export const kilobytes = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / 1000

/** Kilobytes, compressed, by page. */
export function weights() {
  const html = readFileSync('dist/index.html', 'utf8')
  const always = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file)
  const pages = JSON.parse(html.match(/name="joint-pages" content="([^"]*)"/)[1].replaceAll('&quot;', '"'))
  return Object.entries(places).map(([place, name]) => {
    // It would be found light, as its pieces come all the same.
    if (!pages[place]?.length) throw new Error(`index.html names no pieces of ${name} (${place}); vite.config.ts says which page is where`)
    const files = new Set([...always, ...pages[place]])
    return [name, [...files].reduce((sum, file) => sum + kilobytes(file), 0)]
  })
}

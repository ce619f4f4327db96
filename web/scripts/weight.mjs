// All JavaScript that is fetched before a page is there: what `index.html` names, and what its first script adds.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

export const LIMIT = 150
const places = { '/': 'landing page', '/!': 'home', '/explore': 'explore', '/u/': 'a profile', '/post/': 'a post', '/search': 'search', '/signup': 'sign-up' }

/** Kilobytes, compressed, by page. */
export function weights() {
  const html = readFileSync('dist/index.html', 'utf8')
  const always = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file)
  const pages = JSON.parse(html.match(/name="joint-pages" content="([^"]*)"/)[1].replaceAll('&quot;', '"'))
  const weigh = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length
  return Object.entries(places).map(([place, name]) => {
    const files = new Set([...always, ...(pages[place] ?? [])])
    return [name, [...files].reduce((sum, file) => sum + weigh(file), 0) / 1000]
  })
}

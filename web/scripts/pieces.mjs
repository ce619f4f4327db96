// How the build comes in pieces: two plugins of Vite's.
import { pageModules } from './routes.mjs'

/** `/` is one of two: the second is for members. */
const FRONT = { '/': ['pages/Landing'], '/!': ['pages/Home'] }

/** The chunks of a build. */
const chunksOf = (bundle) => Object.values(bundle ?? {}).filter((one) => one.type === 'chunk')

/** The pieces that these modules come in, with all that those import. */
function piecesOf(chunks, modules) {
  const found = new Set()
  const take = (file) => {
    if (found.has(file)) return
    found.add(file)
    for (const next of chunks.find((chunk) => chunk.fileName === file)?.imports ?? []) take(next)
  }
  for (const module of modules) {
    const chunk = chunks.find((one) => one.moduleIds.some((id) => id.endsWith(`/src/${module}.tsx`)))
    if (!chunk) throw new Error(`no piece of the build has ${module}, which the router leads to`)
    take(chunk.fileName)
  }
  return [...found]
}

/**
 * The page that somebody arrives at is fetched beside the program and not after it: `index.html` names the pieces of every
 * page of the router, and `public/first.js` begins with those of the address.
 *
 * @returns {import('vite').Plugin}
 */
export function withItsPieces() {
  return {
    name: 'with-its-pieces',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html
        const chunks = chunksOf(bundle)
        const files = []
        const numbered = (file) => (files.includes(file) ? files.indexOf(file) : files.push(file) - 1)
        const named = ([path, modules]) => [
          // Of an address with somebody's name, or an id, what stands before it.
          path.replace(/:.*/, ''),
          piecesOf(chunks, modules)
            .filter((file) => !html.includes(file))
            .map(numbered),
        ]
        const all = [...Object.entries(FRONT), ...pageModules().filter(([path]) => path !== '/')].map(named)
        const twice = all.find(([path], index) => all.findIndex(([one]) => one === path) !== index)
        // One of both would be fetched late, and counted by nobody.
        if (twice) throw new Error(`two pages begin with ${twice[0]}: \`public/first.js\` and this have to tell them apart`)
        const pages = Object.fromEntries(all)
        // Before the script that reads it, and after what a browser looks for among the first bytes.
        const note = `<meta name="joint-pages" content="${JSON.stringify({ files, pages }).replaceAll('"', '&quot;')}" />\n    `
        return html.replace('<script src="/first.js">', `${note}<script src="/first.js">`)
      },
    },
  }
}

/**
 * Two pieces that need each other: one of them would find nothing where it looks for the other.
 *
 * @returns {import('vite').Plugin}
 */
export function noCircles() {
  return {
    name: 'no-circles',
    generateBundle(_, bundle) {
      const imports = (file) => {
        const one = bundle[file]
        return one?.type === 'chunk' ? one.imports : []
      }
      const looked = new Set()
      const walk = (file, way) => {
        if (way.includes(file)) this.error(`These pieces need each other: ${[...way.slice(way.indexOf(file)), file].join(' → ')}`)
        if (looked.has(file)) return
        for (const next of imports(file)) walk(next, [...way, file])
        looked.add(file)
      }
      for (const file of Object.keys(bundle)) walk(file, [])
    },
  }
}

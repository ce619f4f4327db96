import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin, ProxyOptions } from 'vite'
import { defineConfig } from 'vitest/config'

/** A running system (`make up`), for `npm run dev` and `npm run preview`. */
const system = process.env['JOINT_URL'] ?? 'http://127.0.0.1:8080'

/** The edge takes writes from its own origin only, so the page's origin is put into its words on the way. */
const toTheEdge: ProxyOptions = {
  target: system,
  configure(proxy) {
    proxy.on('proxyReq', (request) => {
      if (request.hasHeader('origin')) request.setHeader('origin', new URL(system).origin)
    })
  },
}
const proxy = { '/api': toTheEdge, '/dev': toTheEdge, '/docs': toTheEdge, '/openapi.json': toTheEdge, '/ready': toTheEdge, '/health': toTheEdge }

/** As the edge sends it; the storage of a system on this machine may be at any port. */
const storage = 'http://127.0.0.1:*'
const policy = [
  "default-src 'self'",
  `img-src 'self' data: blob: ${storage}`,
  `connect-src 'self' ${storage}`,
  `media-src 'self' blob: ${storage}`,
  "object-src 'none'",
  "frame-ancestors 'none'",
  "script-src 'self'",
].join('; ')

/** Pages that people arrive at, by the beginning of their address. `/!` is `/` for members. */
const arrivals = {
  '/': 'Landing',
  '/!': 'Home',
  '/explore': 'Explore',
  '/search': 'Search',
  '/post/': 'PostPage',
  '/u/': 'Profile',
  '/login': 'LogIn',
  '/signup': 'SignUp',
  '/network': 'Network',
  '/settings': 'settings/Settings',
}

/** The page that somebody arrives at is fetched beside the program and not after it. */
const withItsPieces: Plugin = {
  name: 'with-its-pieces',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk')
      const withImports = (file: string, seen = new Set<string>()): Set<string> => {
        if (seen.has(file)) return seen
        seen.add(file)
        for (const next of chunks.find((chunk) => chunk.fileName === file)?.imports ?? []) withImports(next, seen)
        return seen
      }
      const piecesOf = (module: string): string[] => {
        const found = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(`/src/${module}.tsx`))
        return found ? [...withImports(found.fileName)] : []
      }
      const isThere = (file: string) => html.includes(file)
      const pages = Object.fromEntries(
        Object.entries(arrivals).map(([path, page]) => [path, piecesOf(`pages/${page}`).filter((file) => !isThere(file))]),
      )
      // Before the script that reads it, and after what a browser looks for among the first bytes.
      const note = `<meta name="joint-pages" content="${JSON.stringify(pages).replaceAll('"', '&quot;')}" />\n    `
      return html.replace('<script src="/first.js">', `${note}<script src="/first.js">`)
    },
  },
}

/** What is fetched before every page, in one piece; of the signs those that stand in the frame. */
const PROGRAM = new RegExp(
  [
    '/node_modules/(react|react-dom|scheduler|react-router|@tanstack|openapi-fetch)/',
    '/lucide-react/dist/esm/(?!icons/)',
    '/lucide-react/dist/esm/icons/(check|circle-exclamation-point|cloud-off|compass|ellipsis-vertical|gauge|house|log-out|moon|pen-line|search|settings|shield-check|sun|user|users|x)\\.',
    '/src/(api|session|theme|early|queries|router|main|styles|profile/keys|people/requestCount|posts/cache)',
    '/src/shell/(?!Columns|Members|Staff|Door|ProfileNudge)',
    '/src/lib/(chunk|storage|time|words|useTitle|connection|next)',
    '/src/outbox/(?!Waiting|again)',
    '/src/ui/(cx|Button|bits|Avatar|useNow|Menu|later|Toasts|toast|dialogs|Wordmark)',
    '/src/pages/(Front|Broken)',
    'preload-helper|rolldown-runtime',
  ].join('|'),
)

/** Two pieces that need each other: one of them would find nothing where it looks for the other. */
const noCircles: Plugin = {
  name: 'no-circles',
  generateBundle(_, bundle) {
    const imports = (file: string) => {
      const one = bundle[file]
      return one?.type === 'chunk' ? one.imports : []
    }
    const walk = (file: string, way: string[]) => {
      if (way.includes(file)) this.error(`These pieces need each other: ${[...way.slice(way.indexOf(file)), file].join(' → ')}`)
      if (looked.has(file)) return
      for (const next of imports(file)) walk(next, [...way, file])
      looked.add(file)
    }
    const looked = new Set<string>()
    for (const file of Object.keys(bundle)) walk(file, [])
  },
}

export default defineConfig(({ command }) => ({
  plugins: [react(), tailwindcss(), withItsPieces, noCircles],
  resolve: {
    alias: [
      { find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      // Its package names the build for developers only.
      ...(command === 'build' ? [{ find: /^react-router$/, replacement: fileURLToPath(new URL('./node_modules/react-router/dist/production/index.mjs', import.meta.url)) }] : []),
    ],
  },
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': policy } },
  build: {
    target: 'es2022',
    // The policy of the site allows no `data:` fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    // What many pages share comes in one piece: forty small ones cost more than they save.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'program', test: PROGRAM },
            { name: 'signs', test: /lucide-react/, minShareCount: 2 },
            { name: 'posts', test: /\/src\/(posts\/(PostList|PostCard|MediaList|Description|Audio|Reactions|hooks|Words|visibility)|ui\/(Dialog|Confirm|focus|Endless|useNear)|shell\/Columns)\.tsx?$/ },
            { name: 'tabs', test: /\/src\/ui\/(Tabs|useChosenInSight)/ },
            { name: 'writing', test: /\/src\/(posts\/Composer|upload\/(described|limits|uploads|useUploads|kept|put|measure))\.tsx?$/ },
            { name: 'kept', test: /\/src\/(outbox\/Waiting|lib\/drafts)\.tsx?$/ },
          ],
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'happy-dom' },
}))

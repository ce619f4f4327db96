import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { ProxyOptions } from 'vite'
import { defineConfig } from 'vitest/config'
import { noCircles, withItsPieces } from './scripts/pieces.mjs'

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

/** What is fetched before every page, in one piece; of the signs those that stand in the frame. */
const PROGRAM = new RegExp(
  [
    '/node_modules/(react|react-dom|scheduler|react-router|@tanstack|openapi-fetch)/',
    '/lucide-react/dist/esm/(?!icons/)',
    '/lucide-react/dist/esm/icons/(check|circle-exclamation-point|cloud-off|compass|ellipsis-vertical|gauge|house|log-out|moon|pen-line|search|settings|shield-check|sun|user|users|x)\\.',
    '/src/(api|session|theme|early|queries|router|main|styles|profile/keys|people/requestCount|posts/cache)',
    '/src/shell/(?!Columns|Members|Staff|Door|ProfileNudge)',
    '/src/lib/(chunk|patience|storage|time|words|useTitle|connection|next)',
    '/src/outbox/(?!Waiting|again)',
    '/src/ui/(cx|Button|bits|Avatar|useIsWide|useNow|Menu|later|Toasts|toast|dialogs|Wordmark)',
    '/src/pages/(Front|Broken)',
    'preload-helper|rolldown-runtime',
  ].join('|'),
)

export default defineConfig(({ command }) => ({
  plugins: [react(), tailwindcss(), withItsPieces(), noCircles()],
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
            { name: 'sheets', test: /\/src\/(ui\/(Endless|useNear|Confirm)|shell\/Columns)\.tsx?$/ },
            { name: 'dialogs', test: /\/src\/ui\/(Dialog|ConfirmDialog|focus)\.tsx?$/ },
            { name: 'posts', test: /\/src\/posts\/(PostList|PostCard|MediaList|Description|Audio|Reactions|hooks|Words|visibility)\.tsx?$/ },
            { name: 'tabs', test: /\/src\/ui\/(Tabs|useChosenInSight)/ },
            { name: 'uploads', test: /\/src\/upload\/(described|limits|uploads|useUploads|kept|put|measure)\.tsx?$/ },
            { name: 'forms', test: /\/src\/(ui\/Field|lib\/(useForm|once))\.tsx?$/ },
            { name: 'entries', test: /\/src\/profile\/(dialogs|entries)\.tsx?$/ },
            { name: 'entry', test: /\/src\/profile\/(CreditDialog|SchoolDialog|LinkDialog|entryForm|years)\.tsx?$/ },
            { name: 'drafts', test: /\/src\/lib\/drafts\.ts$/ },
          ],
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'happy-dom' },
}))

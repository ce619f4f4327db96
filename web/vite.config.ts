import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { ProxyOptions } from 'vite'
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

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy },
  preview: { proxy },
  build: {
    target: 'es2022',
    // The policy of the site allows no `data:` fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  test: { include: ['src/**/*.test.ts'], environment: 'happy-dom' },
})

// Writes .br and .gz beside every text of the build, so that nobody compresses while somebody waits.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const TEXT = /\.(js|css|html|svg|json|txt)$/
rmSync('dist/.vite', { recursive: true, force: true })
for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (!TEXT.test(name)) continue
  const path = join('dist', name)
  const bytes = readFileSync(path)
  if (bytes.length < 1024) continue
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
}

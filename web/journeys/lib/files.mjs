// Files to be uploaded, made on the spot, and archives that were downloaded.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A tone, as a WAV file; as loud as `level` says, in the course of it. */
export function tone(seconds, { hertz = 220, level = () => 1 } = {}) {
  const rate = 8000
  const samples = Math.round(seconds * rate)
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++) file.writeInt16LE(Math.round(Math.sin((i / rate) * hertz * 2 * Math.PI) * 12_000 * level(i / rate)), 44 + i * 2)
  return file
}

/** A picture of this markup, as PNG. */
export async function picture(browser, width, height, markup) {
  const page = await browser.newPage({ viewport: { width, height } })
  await page.setContent(`<style>html,body{margin:0;height:100%}</style>${markup}`)
  const bytes = await page.screenshot({ type: 'png' })
  await page.close()
  return bytes
}

const DUMP = 'import base64, json, sys, zipfile; zip = zipfile.ZipFile(sys.argv[1]); print(json.dumps({name: base64.b64encode(zip.read(name)).decode() for name in zip.namelist()}))'

/** What is in a zip, by name. Others go on meanwhile. */
export async function unpacked(archive) {
  const { stdout } = await run('python3', ['-c', DUMP, archive], { maxBuffer: 1 << 28 })
  const files = JSON.parse(stdout)
  return (name) => {
    if (files[name] === undefined) throw new Error(`the archive has no ${name}`)
    return Buffer.from(files[name], 'base64')
  }
}

let film

/** A short film, as WebM; recorded once, as that takes its time. */
export const video = (browser) => (film ??= record(browser))

/** The browser records what it draws. */
async function record(browser) {
  const page = await browser.newPage({ viewport: { width: 400, height: 300 } })
  const bytes = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 })
        const brush = canvas.getContext('2d')
        const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' })
        const pieces = []
        let frames = 0
        recorder.ondataavailable = ({ data }) => pieces.push(data)
        recorder.onerror = reject
        recorder.onstop = async () => resolve([...new Uint8Array(await new Blob(pieces).arrayBuffer())])
        const draw = () => {
          brush.fillStyle = `hsl(${frames * 6} 80% 55%)`
          brush.fillRect(0, 0, 320, 180)
          brush.fillStyle = '#14171a'
          brush.fillRect(frames * 5, 60, 60, 60)
          frames += 1
          if (frames < 50) requestAnimationFrame(draw)
          else recorder.stop()
        }
        recorder.start()
        draw()
      }),
  )
  await page.close()
  return Buffer.from(bytes)
}

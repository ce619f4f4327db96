// Files to be uploaded, made on the spot.

/** A tone, as a WAV file. */
export function tone(seconds, hertz = 220) {
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
  for (let i = 0; i < samples; i++) file.writeInt16LE(Math.round(Math.sin((i / rate) * hertz * 2 * Math.PI) * 12_000), 44 + i * 2)
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

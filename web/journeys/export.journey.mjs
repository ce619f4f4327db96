import { press } from './lib/hands.mjs'
import { check, see } from './lib/see.mjs'

export const title = 'Everything about oneself is put together and downloaded, also after one has left the page'

export default async function ({ open, person }) {
  const pia = await person('Pia Winter')
  const words = `Kept about me ${pia.username}`
  await pia.post('/posts', { content: words, visibility: 'private' })
  const page = await open(pia)
  await page.goto('/settings')
  await press(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Your data' }))
  await press(page.getByRole('button', { name: 'Put it together' }))
  await see(page.getByText('It is being put together').or(page.getByRole('link', { name: /^Download the archive/ })))
  await page.goto('/')
  await page.goto('/settings/data')
  const link = page.getByRole('link', { name: /^Download the archive/ })
  await see(link)
  const download = page.waitForEvent('download')
  await press(link)
  const file = await download
  check(file.suggestedFilename() === 'joint-export.zip', `the file has a name: ${file.suggestedFilename()}`)
  const bytes = []
  for await (const piece of await file.createReadStream()) bytes.push(piece)
  const archive = Buffer.concat(bytes)
  check(archive.readUInt32LE(0) === 0x04034b50, 'it is a zip')
  for (const part of ['content', 'profile', 'identity']) check(archive.includes(part), `${part} has its part in it`)
}

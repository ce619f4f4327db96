import { createHash } from 'node:crypto'
import { tone, unpacked } from './lib/files.mjs'
import { press } from './lib/hands.mjs'
import { check, see } from './lib/see.mjs'

export const title = 'Everything about oneself is put together and downloaded, also after one has left the page'

export default async function ({ open, person }) {
  const pia = await person('Pia Winter')
  const words = `Kept about me ${pia.username}`
  await pia.post('/posts', { content: words, visibility: 'private' })
  const file = tone(1)
  const mediaId = await pia.upload('take.wav', 'audio/wav', file)
  const page = await open(pia)
  await page.goto('/settings')
  await press(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Your data' }))
  await press(page.getByRole('button', { name: 'Put it together' }))
  await see(page.getByText('It is being put together').or(page.getByRole('link', { name: /^Download the archive/ })))
  await page.goto('/')
  await page.goto('/settings/data')
  const link = page.getByRole('link', { name: /^Download the archive/ })
  await see(link)
  const [saved] = await Promise.all([page.waitForEvent('download'), press(link)])
  check(saved.suggestedFilename() === 'joint-export.zip', `the file has a name: ${saved.suggestedFilename()}`)
  const read = await unpacked(await saved.path())
  const manifest = JSON.parse(read('manifest.json'))
  check(manifest.missing.length === 0, 'nothing is missing')
  for (const { path, rows } of manifest.tables) check(JSON.parse(read(path)).length === rows, `${path} has all its rows`)
  const isIn = (service, what) => manifest.tables.some(({ path }) => path.startsWith(`${service}/`) && read(path).includes(what))
  check(isIn('content', words), 'what was written for nobody else is in it')
  check(isIn('profile', 'Pia Winter'), 'the profile is in it')
  check(isIn('identity', pia.email), 'the address is in it')
  const take = manifest.files.find(({ path }) => path.includes(mediaId))
  check(take !== undefined && createHash('sha256').update(read(take.path)).digest('hex') === take.sha256, `the recording is whole: ${JSON.stringify(manifest.files)}`)
}

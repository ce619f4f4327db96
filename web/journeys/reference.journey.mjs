import { check, see } from './lib/see.mjs'

export const title = 'The API can be read and tried, and nothing of it comes from anywhere else'

export default async function ({ open, person, site }) {
  const page = await open(await person('Noa Brandt'))
  const elsewhere = []
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(site).origin) elsewhere.push(request.url())
  })
  await page.goto('/docs')
  await see(page.getByRole('heading', { name: 'Joint', exact: true }))
  await page.goto('/docs#tag/auth/GET/api/auth/me')
  const operation = page.getByRole('button', { name: /Test Request/ }).first()
  await see(operation)
  check(elsewhere.length === 0, `everything comes from here: ${elsewhere.join(', ')}`)
}

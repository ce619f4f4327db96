import { Person } from './lib/people.mjs'
import { gone, reads, see } from './lib/see.mjs'

export const title = 'A session is ended from another one, and sees it with its next step'

export default async function ({ open, person, site }) {
  const eva = await person('Eva Stein')
  const again = new Person(site, eva.name, eva.username)
  await again.arrive()
  const here = await open(eva)
  const there = await open(again)
  await there.goto('/')
  await reads(there.getByRole('heading', { level: 1 }), 'Home')
  await there.getByLabel('What are you working on?').fill('Typed before the session ended')

  await here.goto('/settings/sessions')
  await here.getByRole('button', { name: /^End the session/ }).click()
  await gone(here.getByRole('button', { name: /^End the session/ }))
  await see(here.getByText('The session is ended'))

  await there.getByRole('link', { name: 'Network' }).first().click()
  await reads(there.getByRole('heading', { level: 1 }), 'Log in')
  await there.getByLabel('E-mail').fill(eva.email)
  await there.getByLabel('Password', { exact: true }).fill(eva.password)
  await there.getByRole('button', { name: 'Log in' }).click()
  // Back to where the step led, and nothing typed is lost.
  await reads(there.getByRole('heading', { level: 1 }), 'Network')
  await there.getByRole('link', { name: 'Home' }).first().click()
  await see(there.locator('textarea', { hasText: 'Typed before the session ended' }))
}

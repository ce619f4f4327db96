import { knock } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
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
  await write(there.getByLabel('What are you working on?'), 'Typed before the session ended')

  await here.goto('/settings/sessions')
  await press(here.getByRole('button', { name: /^End the session/ }))
  await gone(here.getByRole('button', { name: /^End the session/ }))
  await see(here.getByText('The session is ended'))

  await press(there.getByRole('link', { name: 'Network' }).first())
  await reads(there.getByRole('heading', { level: 1 }), 'Log in')
  await knock(there, eva)
  // Back to where the step led, and nothing typed is lost.
  await reads(there.getByRole('heading', { level: 1 }), 'Network')
  await press(there.getByRole('link', { name: 'Home' }).first())
  await see(there.locator('textarea', { hasText: 'Typed before the session ended' }))
}

import { knock } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
import { Person } from './lib/people.mjs'
import { check, reads, see, settled } from './lib/see.mjs'

export const title = 'A session is ended from another one, and sees it with its next step'

export default async function ({ open, person, site }) {
  const eva = await person('Eva Stein')
  const again = new Person(site, eva.name, eva.username)
  await again.arrive()
  const theirs = (await again.get('/auth/sessions')).sessions.find(({ current }) => current).id
  const third = await open(await new Person(site, eva.name, eva.username).arrive())
  await third.goto('/')
  const here = await open(eva)
  const there = await open(again)
  await there.goto('/')
  await reads(there.getByRole('heading', { level: 1 }), 'Home')
  await write(there.getByLabel('What are you working on?'), 'Typed before the session ended')

  await settled(there)

  // The one before the last that began: all three have the same browser's name, and stand as the page has heard of them.
  const [listed] = await Promise.all([here.waitForResponse((response) => response.url().endsWith('/auth/sessions')), here.goto('/settings/sessions')])
  const others = here.getByRole('button', { name: /^End the session/ })
  await see(others.nth(1))
  const sessions = (await listed.json()).sessions.filter(({ current }) => !current)
  const ended = sessions.findIndex(({ id }) => id === theirs)
  await press(others.nth(ended))
  await see(here.getByText('The session is ended'))
  await here.reload()
  await see(here.getByText('This one'))
  await see(others)
  check((await others.count()) === 1, 'the third session goes on')

  await press(there.getByRole('link', { name: 'Network' }).first())
  await reads(there.getByRole('heading', { level: 1 }), 'Log in')
  await knock(there, eva)
  // Back to where the step led, and nothing typed is lost.
  await reads(there.getByRole('heading', { level: 1 }), 'Network')
  await press(there.getByRole('link', { name: 'Home' }).first())
  await see(there.locator('textarea', { hasText: 'Typed before the session ended' }))

  // And all others at once.
  await here.reload()
  await press(here.getByRole('button', { name: 'End all 2 others' }))
  await see(here.getByText('2 other sessions are ended'))
  for (const gone of [third, there]) {
    await gone.goto('/network')
    await reads(gone.getByRole('heading', { level: 1 }), 'Log in')
  }
  await here.goto('/')
  await reads(here.getByRole('heading', { level: 1 }), 'Home')
}

import { knock, logIn, logOut } from './lib/doors.mjs'
import { holdNext, press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, reads, see } from './lib/see.mjs'

export const title = 'Two people use one browser, one after the other: nothing of the one is seen by the other, or goes out under that name'

export default async function ({ open, person, size }) {
  const [ada, bob] = await Promise.all([person('Ada Moreau'), person('Bob Lindt')])
  const first = await open(ada)
  const postsOf = async (who) => (await who.get(`/users/${who.username}/posts`)).posts.map(({ content }) => content)
  const text = first.getByLabel('What are you working on?')

  // One thing waits, as it gets no answer; another one is only typed.
  let isAway = true
  await first.context().route('**/api/posts', (route) => (isAway && route.request().method() === 'POST' ? route.abort() : route.fallback()))
  // One theme is on its way and never answered, another one waits for it.
  await first.goto('/settings/appearance')
  await holdNext(first, 'PATCH')
  for (const theme of ['Light', 'Dark']) await press(first.getByRole('radio', { name: theme }))
  await press(first.getByRole('link', { name: 'Home' }).first())
  await write(text, 'What Ada has sent')
  await press(first.getByRole('button', { name: 'Post', exact: true }))
  await see(first.getByRole('group', { name: 'A post that waits' }))
  await write(text, 'What Ada has typed')

  const second = await first.context().newPage()
  second.setDefaultTimeout(120_000)
  await second.goto('/')
  // What is typed is the same in both.
  await see(second.locator('textarea', { hasText: 'What Ada has typed' }))
  // It is said for some seconds only.
  await Promise.all([see(first.getByText('You were logged out.')), logOut(second)])
  await logIn(second, bob)
  isAway = false

  // The first tab shows him by itself.
  await first.bringToFront()
  await until('it is his', async () => (await first.locator('header, nav').filter({ hasText: 'Bob Lindt' }).count()) > 0 || (await first.getByLabel('What are you working on?').getAttribute('placeholder'))?.includes('Bob'))
  check((await text.inputValue()) === '', 'what she typed is not in sight')
  check((await first.getByText('What Ada has sent').count()) === 0, 'what she sent is not in sight')
  await write(text, 'What Bob says')
  await press(first.getByRole('button', { name: 'Post', exact: true }))
  await see(first.getByRole('article').filter({ hasText: 'What Bob says' }))
  check((await postsOf(bob)).join() === 'What Bob says', `he has written what he wrote: ${await postsOf(bob)}`)
  check((await postsOf(ada)).length === 0, 'nothing of hers was sent')
  check((await bob.get('/users/me')).theme === 'light', 'the theme that she chose is not his')

  // She comes back, and finds both.
  await logOut(first)
  await first.goto('/login')
  await knock(first, ada)
  await reads(first.getByRole('heading', { level: 1 }), 'Home')
  await gone(first.getByRole('group', { name: 'A post that waits' }))
  await until('it is sent', async () => (await postsOf(ada)).join() === 'What Ada has sent')
  check((await text.inputValue()) === 'What Ada has typed', 'what she typed is there')
  check((await postsOf(bob)).length === 1, 'nothing of hers is his')

  // Whoever leaves for good may have it forgotten.
  await logOut(first)
  await see(first.getByText('What you typed and did not send is kept on this device.'))
  await press(first.getByRole('button', { name: 'Forget it' }))
  await first.waitForFunction(() => !JSON.stringify(localStorage).includes('What Ada has typed'))

  // Somebody who is new signs up where both have been. Once: from one address so many do in an hour.
  if (size !== 'desk') return
  await press(first.getByRole('link', { name: 'Make your profile' }))
  await write(first.getByLabel('Your name'), 'Cleo Marin')
  const username = `cleo_${Math.random().toString(36).slice(2, 10)}`
  await write(first.getByLabel('User name'), username)
  await write(first.getByLabel('E-mail'), `${username}@joint.example`)
  await write(first.getByLabel('Password', { exact: true }), 'three tabs and a kettle')
  await press(first.getByRole('button', { name: 'Sign up' }))
  await reads(first.getByRole('heading', { level: 1 }), 'Hello, Cleo')
}

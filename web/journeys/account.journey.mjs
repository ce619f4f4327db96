import { knock, logOut } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, mailTo, reads, see } from './lib/see.mjs'

export const title = 'User name and e-mail address are changed; the address counts once it is confirmed there'

export default async function ({ open, person, site }) {
  const lars = await person('Lars Engel')
  const page = await open(lars)
  await page.goto('/settings')
  const name = `${lars.username.slice(0, 20)}_new`
  const form = page.getByRole('form', { name: 'Change the user name' })
  await write(form.getByLabel('New user name'), name)
  await write(form.getByLabel('Password', { exact: true }), lars.password)
  await press(form.getByRole('button', { name: 'Change it' }))
  await see(page.getByText(`/u/${name}`))

  const email = `${name}@joint.example`
  await press(page.getByText('Change the address'))
  const mailForm = page.getByRole('form', { name: 'Change the address' })
  await write(mailForm.getByLabel('New address'), email)
  await write(mailForm.getByLabel('Password', { exact: true }), lars.password)
  await press(mailForm.getByRole('button', { name: 'Change it' }))
  const mail = await until('the mail is there', () => mailTo(site, email))
  check((await lars.get('/auth/me')).user.email === lars.email, 'the old address counts until then')
  const link = new URL(mail.links[0])
  await page.goto(link.pathname + link.search)
  await reads(page.getByRole('status'), 'Your e-mail address is confirmed')
  await page.goto('/settings')
  await see(page.getByText(email, { exact: true }))
  await logOut(page)
  // To the beginning, and not to a door that asks to come back in.
  await see(page.getByRole('link', { name: 'Make your profile' }))
  await page.goto('/login')
  await knock(page, { email, password: lars.password })
  await reads(page.getByRole('heading', { level: 1 }), 'Home')
}

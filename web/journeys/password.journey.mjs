import { knock, logOut } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
import { Person, until } from './lib/people.mjs'
import { check, mailTo, reads, see, settled } from './lib/see.mjs'

export const title = 'A forgotten password is set anew by the link of the mail, which works once, and ends every session'

export default async function ({ open, person, site }) {
  const otto = await person('Otto Krause')
  const elsewhere = await open(await new Person(site, otto.name, otto.username).arrive())
  await elsewhere.goto('/')
  await reads(elsewhere.getByRole('heading', { level: 1 }), 'Home')

  await settled(elsewhere)

  const page = await open()
  await page.goto('/login')
  await press(page.getByRole('link', { name: 'Forgotten it?' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Forgotten it?')
  await press(page.getByRole('button', { name: 'Send the link' }))
  await see(page.locator('[aria-invalid=true]'))
  await write(page.getByLabel('E-mail'), otto.email)
  await press(page.getByRole('button', { name: 'Send the link' }))
  await see(page.getByRole('status').filter({ hasText: /./ }))
  const mail = await until('the mail is there', async () => {
    const newest = await mailTo(site, otto.email)
    return newest?.links.some((link) => link.includes('/reset-password')) && newest
  })
  const link = new URL(mail.links.find((one) => one.includes('/reset-password')))
  await page.goto(link.pathname + link.search)
  await write(page.getByLabel('New password', { exact: true }), 'short')
  await press(page.getByRole('button', { name: 'Set the password' }))
  await see(page.locator('[aria-invalid=true]'))
  check(!page.url().includes('token'), 'the secret does not stay in the address bar')
  otto.password = 'an umbrella for the whole choir'
  await write(page.getByLabel('New password', { exact: true }), otto.password)
  await press(page.getByRole('button', { name: 'Set the password' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Log in')
  await knock(page, otto)
  await reads(page.getByRole('heading', { level: 1 }), 'Home')

  await press(elsewhere.getByRole('link', { name: 'Network' }).first())
  await reads(elsewhere.getByRole('heading', { level: 1 }), 'Log in')
  await elsewhere.goto(link.pathname + link.search)
  await write(elsewhere.getByLabel('New password', { exact: true }), 'another umbrella, for the band')
  await press(elsewhere.getByRole('button', { name: 'Set the password' }))
  await reads(elsewhere.getByRole('heading', { level: 1 }), 'This link is used up')

  // And changed by whoever knows it.
  await page.goto('/settings/security')
  const form = page.getByRole('form', { name: 'Change the password' })
  await write(form.getByLabel('Password now'), otto.password)
  await write(form.getByLabel('New password', { exact: true }), 'an umbrella for the orchestra')
  await press(form.getByRole('button', { name: 'Change it' }))
  await see(page.getByText(/password is changed/i))
  otto.password = 'an umbrella for the orchestra'
  await logOut(page)
  await page.goto('/login')
  await knock(page, otto)
  await reads(page.getByRole('heading', { level: 1 }), 'Home')
}

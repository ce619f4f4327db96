// In and out, as people go.
import { press, write } from './hands.mjs'
import { check, reads } from './see.mjs'

export async function logOut(page) {
  await press(page.getByRole('button', { name: 'Your account' }))
  await press(page.getByRole('menuitem', { name: 'Log out' }))
  await page.getByRole('link', { name: 'Log in' }).first().waitFor()
  check((await page.request.get('/api/auth/me')).status() === 401, 'the session has ended')
}

/** Types address and password; what comes next is the journey's affair. */
export async function knock(page, { email, password }) {
  await write(page.getByLabel('E-mail'), email)
  await write(page.getByLabel('Password', { exact: true }), password)
  await press(page.getByRole('button', { name: 'Log in' }))
}

export async function logIn(page, person) {
  await page.goto('/login')
  await knock(page, person)
  await reads(page.getByRole('heading', { level: 1 }), 'Home')
}

import { readFileSync } from 'node:fs'
import { Authenticator } from './lib/codes.mjs'
import { knock, logOut } from './lib/doors.mjs'
import { press, write } from './lib/hands.mjs'
import { check, gone, isAt, reads, see } from './lib/see.mjs'

export const title = 'The second factor is switched on; one logs in with a code, and with a recovery code, once'

export default async function ({ open, person }) {
  const iris = await person('Iris Holm')
  const page = await open(iris)
  await page.goto('/settings/security')
  const on = page.getByRole('form', { name: 'Switch the second factor on' })
  await write(on.getByLabel('Password', { exact: true }), 'not the password')
  await press(on.getByRole('button', { name: 'Set it up' }))
  await see(on.locator('[aria-invalid=true]'))
  await write(on.getByLabel('Password', { exact: true }), iris.password)
  await press(on.getByRole('button', { name: 'Set it up' }))

  const dialog = page.getByRole('dialog')
  const picture = dialog.getByRole('img', { name: /^QR code/ })
  await picture.evaluate((img) => img.decode())
  const app = new Authenticator(await dialog.locator('code').innerText())
  // Wrong first: what is wrong is said, and the dialog stays.
  await write(dialog.getByLabel('The code it shows'), '000000')
  await press(dialog.getByRole('button', { name: 'Switch it on' }))
  await see(dialog.locator('[aria-invalid=true], [role=alert]:visible'))
  await write(dialog.getByLabel('The code it shows'), app.next())
  await press(dialog.getByRole('button', { name: 'Switch it on' }))
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await see(list)
  const codes = await list.getByRole('listitem').allInnerTexts()
  check(codes.length === 10, 'there are ten recovery codes')
  // What is copied is the whole browser's, and others copy, too: it is looked at on its way.
  await page.evaluate(() => {
    const { clipboard } = navigator
    const write = clipboard.writeText.bind(clipboard)
    clipboard.writeText = async (text) => {
      await write(text)
      window.copied = text
    }
  })
  await press(page.getByRole('button', { name: 'Copy' }))
  // It is said where one is: inside of the dialog.
  await see(page.getByRole('dialog').getByText('The codes are copied'))
  const [file] = await Promise.all([page.waitForEvent('download'), press(page.getByRole('button', { name: 'Save as a file' }))])
  check(file.suggestedFilename() === 'joint-recovery-codes.txt', 'they can be kept as a file')
  const saved = readFileSync(await file.path(), 'utf8')
  const copied = await page.evaluate(() => window.copied)
  for (const code of codes) check(saved.includes(code) && copied.includes(code), `${code} is in the file and in what was copied`)
  await press(page.getByRole('button', { name: 'I have kept them' }))
  await see(page.getByText('It is on.'))

  await logOut(page)
  await press(page.getByRole('link', { name: 'Log in' }).first())
  await knock(page, iris)
  const code = page.getByLabel('Code', { exact: true })
  await see(code)
  await isAt(code, 'the focus is at the field for the code')
  await write(code, app.next())
  await press(page.getByRole('button', { name: 'Log in' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Home')

  for (const isFirst of [true, false]) {
    await logOut(page)
    await press(page.getByRole('link', { name: 'Log in' }).first())
    await knock(page, iris)
    await write(page.getByLabel('Code', { exact: true }), codes[0])
    check((await page.getByRole('alert').filter({ hasText: /./ }).count()) === 0, 'nothing is wrong while a code is typed')
    await press(page.getByRole('button', { name: 'Log in' }))
    if (isFirst) await reads(page.getByRole('heading', { level: 1 }), 'Home')
    else await see(page.getByRole('alert').filter({ hasText: /code/i }))
  }
  // The next one does.
  await write(page.getByLabel('Code', { exact: true }), codes[1])
  await press(page.getByRole('button', { name: 'Log in' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Home')

  await page.goto('/settings/security')
  await see(page.getByText('A recovery code was used').first())
  await press(page.getByText('Switch it off', { exact: true }).first())
  const off = page.getByRole('form', { name: 'Switch the second factor off' })
  await write(off.getByLabel('Password', { exact: true }), iris.password)
  await write(off.getByLabel('Code', { exact: true }), codes[2])
  await press(off.getByRole('button', { name: 'Switch it off' }))
  await gone(page.getByText('It is on.'))
  await see(on)
}

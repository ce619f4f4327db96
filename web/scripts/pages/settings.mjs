// Settings, and the dialogs and folds in them.
import { answers, button, inTurn, unfold } from './steps.mjs'

const CODES = ['k7dq-3xwp', 'v2mh-9rtb', 'c5fz-1nye', 'w8ga-6sjk', 'p3lu-4dxc', 'b9ts-7hqv', 'n1ry-2wme', 'f6kj-8pza', 'x4cv-5lgd', 'h2ue-3bnt']

export const settings = ({ mara, lena }) => {
  const at = (place = '') => ({ path: `/settings${place}`, as: mara, h1: 'Settings' })
  const hers = { ...at('/security'), as: lena }
  const secondFactor = async (page) => {
    const form = page.getByRole('form', { name: 'Switch the second factor on' })
    await form.getByLabel('Password', { exact: true }).fill(mara.password)
    await form.getByRole('button', { name: 'Set it up' }).click()
    await page.getByRole('img', { name: /^QR code/ }).waitFor()
  }
  const newCodes = async (page) => {
    await unfold('New recovery codes')(page)
    const form = page.getByRole('form', { name: 'New recovery codes' })
    await form.getByLabel('Password', { exact: true }).fill(lena.password)
    await form.getByLabel('Code', { exact: true }).fill('000000')
    await form.getByRole('button', { name: 'Make new ones' }).click()
  }
  const wrongPassword = async (page) => {
    const form = page.getByRole('form', { name: 'Change the user name' })
    await form.getByLabel('New user name').fill('no')
    await form.getByLabel('Password', { exact: true }).fill('not the password')
    await form.getByRole('button').last().click()
    await page.locator('[aria-invalid=true]').first().waitFor()
  }
  return [
    { name: 'settings', ...at(), sees: 'E-mail address' },
    { name: 'settings-address', ...at(), first: unfold('Change the address'), sees: 'New address' },
    { name: 'settings-wrong', ...at(), first: wrongPassword, fails: true },
    { name: 'settings-security', ...at('/security'), sees: 'What happened', whole: true },
    { name: 'settings-second-factor', ...at('/security'), first: secondFactor, dialog: 'Set up the second factor' },
    { name: 'settings-second-factor-on', ...hers, first: unfold('Switch it off'), sees: 'It is on.' },
    { name: 'settings-recovery-codes', ...hers, before: answers('**/api/auth/2fa/recovery-codes', 200, { recoveryCodes: CODES }), first: newCodes, dialog: 'Your recovery codes' },
    { name: 'settings-sessions', ...at('/sessions'), sees: 'This one' },
    { name: 'settings-privacy', ...at('/privacy'), sees: 'Show where I am' },
    { name: 'settings-appearance', ...at('/appearance'), sees: 'System' },
    { name: 'settings-data', ...at('/data'), sees: 'Put it together' },
    { name: 'settings-delete', ...at('/data'), first: button('Delete my account'), dialog: 'Delete everything?' },
    { name: 'settings-delete-named', ...at('/data'), first: inTurn(button('Delete my account'), async (page) => await page.getByLabel(/^Type/).fill(mara.username)), dialog: 'Delete everything?', sees: 'Delete it for good' },
    // Last: the browser remembers that it was asked for.
    { name: 'settings-export', ...at('/data'), first: button('Put it together'), sees: /^Download the archive/ },
  ]
}

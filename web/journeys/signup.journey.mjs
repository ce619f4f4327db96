import { until } from './lib/people.mjs'
import { check, mailTo, reads, see } from './lib/see.mjs'

export const title = 'From sign-up over onboarding and the confirmed address to a first post'

export default async function ({ open, site }) {
  const page = await open()
  const name = `journey_${Math.random().toString(36).slice(2, 10)}`
  const email = `${name}@joint.example`

  await page.goto('/')
  await page.getByRole('link', { name: 'Make your profile' }).click()
  await page.getByLabel('Your name').fill('Nora Vale')
  await see(page.locator('input[value="nora_vale"]'))
  await page.getByLabel('User name').fill('no')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Sign up' }).click()
  // What is wrong stands beside what is wrong.
  await see(page.locator('[aria-invalid=true]'))
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill('a long word for nora')
  await page.getByRole('button', { name: 'Sign up' }).click()

  await reads(page.getByRole('heading', { level: 1 }), 'Hello, Nora')
  await page.getByRole('button', { name: 'Narrator' }).click()
  await page.getByLabel('In one line').fill('Narrator with a low, dry voice')
  await page.getByRole('button', { name: 'Next' }).click()
  await reads(page.getByRole('heading', { level: 1 }), 'Show your face')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Add a credit' }).click()
  await page.getByLabel('Title', { exact: true }).fill('The Cardboard Ferry')
  await page.getByLabel('Your part in it').fill('Narrator')
  await page.getByLabel('Year').fill('2025')
  await page.getByRole('button', { name: 'Save' }).click()
  await see(page.getByText('The Cardboard Ferry'))
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Go to your home' }).click()
  await reads(page.getByRole('heading', { level: 1 }), 'Home')

  const mail = await until('the mail is there', () => mailTo(site, email))
  const link = new URL(mail.links[0])
  await page.goto(link.pathname + link.search)
  await reads(page.getByRole('status'), 'Your e-mail address is confirmed')
  check(!page.url().includes('token'), 'the secret does not stay in the address bar')
  await page.getByRole('link', { name: 'Go on' }).click()

  const words = `My first words here ${name}`
  await page.getByLabel('What are you working on?').fill(words)
  await page.getByLabel('Tags').fill('voice, first')
  // What is typed survives a reload.
  await page.reload()
  check((await page.getByLabel('What are you working on?').inputValue()) === words, 'the draft is there after a reload')
  await page.getByRole('button', { name: 'Post', exact: true }).click()
  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  await post.getByRole('button', { name: 'Applause' }).click()
  await see(post.getByRole('button', { name: 'Applause, 1', pressed: true }))
  await post.getByRole('link', { name: 'Comments' }).click()
  await page.getByRole('textbox', { name: 'Write a comment' }).fill('And a first comment')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  const comment = page.getByRole('article').filter({ hasText: 'And a first comment' }).last()
  await see(comment)
  await comment.getByRole('button', { name: /^Reply/ }).click()
  await page.getByRole('textbox', { name: 'Answer Nora Vale' }).fill('With an answer')
  await page.getByRole('button', { name: 'Reply', exact: true }).click()
  await see(page.getByRole('list', { name: 'Answers to Nora Vale' }).getByText('With an answer'))
  await page.reload()
  await see(page.getByRole('heading', { name: '2 comments' }))
  await see(page.getByRole('button', { name: 'Applause, 1', pressed: true }))
}

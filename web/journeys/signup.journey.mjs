import { picture } from './lib/files.mjs'
import { attach, press, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, mailTo, reads, see } from './lib/see.mjs'

export const title = 'From sign-up over onboarding and the confirmed address to a first post'

export default async function ({ browser, open, person, site }) {
  const [known, busy] = await Promise.all([person('Olga Brandt'), person('Ola Nilsen')])
  const page = await open()
  const name = `journey_${Math.random().toString(36).slice(2, 10)}`
  const email = `${name}@joint.example`

  await page.goto('/')
  await press(page.getByRole('link', { name: 'Make your profile' }))
  await write(page.getByLabel('Your name'), 'Nora Vale')
  await see(page.locator('input[value="nora_vale"]'))
  await write(page.getByLabel('User name'), 'no')
  await write(page.getByLabel('E-mail'), email)
  await write(page.getByLabel('Password', { exact: true }), 'short')
  await press(page.getByRole('button', { name: 'Sign up' }))
  // What is wrong stands beside what is wrong.
  await see(page.locator('[aria-invalid=true]'))
  await write(page.getByLabel('User name'), name)
  await write(page.getByLabel('Password', { exact: true }), 'a long word for nora')
  await press(page.getByRole('button', { name: 'Sign up' }))

  await reads(page.getByRole('heading', { level: 1 }), 'Hello, Nora')
  await press(page.getByRole('button', { name: 'Narrator' }))
  await write(page.getByLabel('In one line'), 'Narrator with a low, dry voice')
  await press(page.getByRole('button', { name: 'Next' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Show your face')
  const face = await picture(browser, 300, 300, '<div style="height:100%;background:radial-gradient(#fc8,#a35)"></div>')
  await attach(page.getByRole('button', { name: 'Change picture' }), [{ name: 'face.png', mimeType: 'image/png', buffer: face }])
  await see(page.getByText('Your picture is changed'))
  await press(page.getByRole('button', { name: 'Next' }))
  await press(page.getByRole('button', { name: 'Add a credit' }))
  await write(page.getByLabel('Title', { exact: true }), 'The Cardboard Ferry')
  await write(page.getByLabel('Your part in it'), 'Narrator')
  await write(page.getByLabel('Year'), '2025')
  await press(page.getByRole('button', { name: 'Save' }))
  await see(page.getByText('The Cardboard Ferry'))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await known.post('/posts', { content: `Said by somebody to follow ${known.username}`, visibility: 'public' })
  // Whoever has posted all of the latest posts is not the only one to be followed.
  for (let number = 1; number <= 10; number++) await busy.post('/posts', { content: `Take ${number} of ten`, visibility: 'public' })
  await press(page.getByRole('button', { name: 'Next' }))
  const follow = page.getByRole('button', { name: 'Follow Olga Brandt' }).first()
  await see(follow)
  // Others of this name may be there.
  await Promise.all([page.waitForResponse((response) => /\/social\/follow\//.test(response.url()) && response.ok()), press(follow)])
  await press(page.getByRole('button', { name: 'Go to your home' }))
  await reads(page.getByRole('heading', { level: 1 }), 'Home')
  const own = async () => await (await page.request.get('/api/users/me')).json()
  await until('she has come in', async () => (await own()).isOnboarded)
  check((await (await page.request.get('/api/social/following')).json()).total === 1, 'she follows somebody')
  await page.goto(`/u/${name}`)
  await see(page.getByText('Narrator with a low, dry voice'))
  await page.locator('main header img, main img').first().evaluate((image) => image.decode())
  await press(page.getByRole('tab', { name: /^Credits/ }))
  await see(page.getByRole('tabpanel').getByText('The Cardboard Ferry'))

  const mail = await until('the mail is there', () => mailTo(site, email))
  const link = new URL(mail.links[0])
  await page.goto(link.pathname + link.search)
  await reads(page.getByRole('status'), 'Your e-mail address is confirmed')
  check(!page.url().includes('token'), 'the secret does not stay in the address bar')
  await press(page.getByRole('link', { name: 'Go on' }))

  const words = `My first words here ${name}`
  await write(page.getByLabel('What are you working on?'), words)
  await write(page.getByLabel('Tags'), 'voice, first')
  // What is typed survives a reload.
  await page.reload()
  check((await page.getByLabel('What are you working on?').inputValue()) === words, 'the draft is there after a reload')
  await press(page.getByRole('button', { name: 'Post', exact: true }))
  const post = page.getByRole('article').filter({ hasText: words })
  await see(post)
  await press(post.getByRole('button', { name: 'Applause' }))
  await see(post.getByRole('button', { name: 'Applause, 1', pressed: true }))
  await press(post.getByRole('link', { name: 'Comments' }))
  await write(page.getByRole('textbox', { name: 'Write a comment' }), 'And a first comment')
  await press(page.getByRole('button', { name: 'Comment', exact: true }))
  const comment = page.getByRole('article').filter({ hasText: 'And a first comment' }).last()
  await see(comment)
  await press(comment.getByRole('button', { name: 'Edit your comment' }))
  await write(page.getByRole('textbox', { name: 'Your comment' }), 'And a better first comment')
  await press(page.getByRole('form', { name: 'Edit the comment' }).getByRole('button', { name: 'Save' }))
  const better = page.getByRole('article').filter({ hasText: 'And a better first comment' }).last()
  await see(better.getByText('edited', { exact: true }))
  await press(better.getByRole('button', { name: /^Reply/ }))
  await write(page.getByRole('textbox', { name: 'Answer Nora Vale' }), 'With an answer')
  await press(page.getByRole('button', { name: 'Reply', exact: true }))
  await gone(page.getByRole('textbox', { name: 'Answer Nora Vale' }))
  await see(page.getByRole('list', { name: 'Answers to Nora Vale' }).getByText('With an answer'))
  await page.reload()
  await see(page.getByRole('heading', { name: '2 comments' }))
  await see(page.getByText('And a better first comment'))
  await see(page.getByRole('button', { name: 'Applause, 1', pressed: true }))
  await press(page.getByRole('button', { name: '1 reaction' }))
  await see(page.getByRole('dialog', { name: 'Who reacted' }).getByRole('link', { name: /Nora Vale.*Applause/ }))
}

// Pictures of every page, on a phone and a desk, in both themes, and what axe finds there.
//   npm run screens -- http://127.0.0.1:8080 [--out ../docs/screens] [--only name] [--bare]
// Exit code 1 when axe finds something serious.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { desk, openBrowser, phone } from '../journeys/lib/browser.mjs'
import { picture, tone } from '../journeys/lib/files.mjs'
import { Person, until } from '../journeys/lib/people.mjs'

const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const site = process.argv[2]?.startsWith('http') ? process.argv[2].replace(/\/$/, '') : 'http://127.0.0.1:8080'
const out = argument('--out') ?? '../docs/screens'
const only = argument('--only')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
mkdirSync(out, { recursive: true })

const browser = await openBrowser()
const { mara, post } = await scene()

const pages = [
  { name: 'landing', path: '/' },
  { name: 'signup', path: '/signup' },
  { name: 'login', path: '/login' },
  { name: 'forgot', path: '/forgot-password' },
  { name: 'reset', path: '/reset-password?token=none' },
  { name: 'verify', path: '/verify-email' },
  { name: 'explore-visitor', path: '/explore' },
  { name: 'home', path: '/', as: mara },
  { name: 'explore', path: '/explore', as: mara },
  { name: 'new-post', path: '/new', as: mara },
  { name: 'post', path: `/post/${post}`, as: mara },
  { name: 'profile', path: `/u/${mara.username}`, as: mara },
  { name: 'profile-credits', path: `/u/${mara.username}?tab=credits`, as: mara },
  { name: 'profile-about', path: `/u/${mara.username}?tab=about`, as: mara },
  { name: 'profile-visitor', path: `/u/${mara.username}` },
  { name: 'edit-profile', path: '/profile/edit', as: mara },
  { name: 'network', path: '/network', as: mara },
  { name: 'network-following', path: '/network?tab=following', as: mara },
  { name: 'search-empty', path: '/search', as: mara },
  { name: 'search', path: '/search?q=narrator', as: mara },
  { name: 'search-posts', path: '/search?q=booth&type=posts', as: mara },
  { name: 'settings', path: '/settings', as: mara },
  { name: 'settings-security', path: '/settings/security', as: mara },
  { name: 'settings-sessions', path: '/settings/sessions', as: mara },
  { name: 'settings-privacy', path: '/settings/privacy', as: mara },
  { name: 'settings-appearance', path: '/settings/appearance', as: mara },
  { name: 'settings-data', path: '/settings/data', as: mara },
  { name: 'welcome', path: '/welcome', as: mara },
  { name: 'not-found', path: '/nowhere' },
].filter(({ name }) => !only || name.startsWith(only))

let bad = 0
const sizes = { desk, phone, ...(process.argv.includes('--wide') ? { wide: { viewport: { width: 2560, height: 1300 } }, narrow: { viewport: { width: 320, height: 640 } } } : {}) }
for (const [size, device] of Object.entries(sizes)) {
  for (const theme of ['light', 'dark']) {
    for (const someone of [undefined, mara]) {
      const context = await browser.newContext({ ...device, colorScheme: theme, reducedMotion: 'reduce', baseURL: site })
      await someone?.enter(context)
      const page = await context.newPage()
      const complaints = []
      page.on('console', (message) => {
        if (message.type() === 'error' && !/401|404/.test(message.text())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      for (const { name, path } of pages.filter((one) => one.as === someone)) {
        await page.goto(path)
        await page.waitForFunction(
          () =>
            document.querySelector('h1') &&
            !document.querySelector('.skeleton') &&
            document.fonts.status === 'loaded' &&
            [...document.images].every((image) => image.complete || !image.checkVisibility() || image.getBoundingClientRect().top > innerHeight),
        )
        await page.screenshot({ path: `${out}/${name}-${size}-${theme}.png`, fullPage: false })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (wide > 0) complaints.push(`is ${wide} px wider than the window`)
        if (!process.argv.includes('--bare')) {
          const { violations } = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)
          for (const { id, impact, nodes } of violations) {
            const serious = impact === 'serious' || impact === 'critical'
            if (serious) bad += 1
            console.log(`${serious ? 'BAD ' : 'note'} ${name} ${size} ${theme}: ${id} (${impact}) ${nodes.length}× ${nodes[0].target} ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`)
          }
        }
        for (const complaint of complaints.splice(0)) {
          bad += 1
          console.log(`BAD  ${name} ${size} ${theme}: ${complaint.slice(0, 300)}`)
        }
      }
      await context.close()
    }
  }
}
await browser.close()
console.log(bad === 0 ? `Nothing serious on ${pages.length} pages; pictures are in ${out}` : `${bad} serious findings`)
process.exit(bad === 0 ? 0 : 1)

/** A person with a life, and others around her. */
async function scene() {
  const mara = await new Person(site, 'Mara Lindqvist', 'mara_lindqvist').arrive()
  const profile = await mara.get('/users/me')
  if (profile.isOnboarded) return { mara, post: (await mara.get('/users/mara_lindqvist/posts')).posts.find((one) => one.commentCount > 0).id }

  const [theo, ines, sam] = await Promise.all(
    [['Theo Brandt', 'theo_brandt'], ['Inês Carvalho', 'ines_carvalho'], ['Sam Okafor', 'sam_okafor']].map(([name, username]) => new Person(site, name, username).arrive()),
  )
  const face = await picture(browser, 512, 512, '<svg viewBox="0 0 512 512" width="512" height="512"><rect width="512" height="512" fill="#2a3d3a"/><circle cx="256" cy="212" r="104" fill="#e8b08a"/><path d="M120 512c0-120 60-176 136-176s136 56 136 176z" fill="#d3492f"/><path d="M150 210c0-86 44-132 106-132s110 44 110 134c0 40-8 90-8 90l-30-30 4-80c-60 0-110-20-136-52-8 40-20 60-32 66l14 70-20 26s-8-60-8-92z" fill="#1b1413"/></svg>')
  const wide = await picture(browser, 1400, 400, '<div style="height:100%;background:radial-gradient(circle at 78% 40%,#ffb84d 0 60px,transparent 61px),linear-gradient(#0e1a33 0 55%,#233f6b 55% 100%)"></div><div style="position:absolute;left:0;right:0;bottom:0;height:120px;background:repeating-linear-gradient(90deg,#0a0f1c 0 46px,#131c31 46px 92px)"></div>')
  const still = await picture(browser, 1200, 800, '<div style="height:100%;background:linear-gradient(160deg,#f3d9a4,#d97b4f 60%,#5b2333)"></div><div style="position:absolute;left:140px;bottom:0;width:300px;height:520px;background:#1d1015;border-radius:150px 150px 0 0"></div><div style="position:absolute;right:180px;bottom:0;width:180px;height:640px;background:#2c1620"></div>')
  const board = await picture(browser, 900, 900, '<div style="height:100%;background:#123;display:grid;grid-template-columns:repeat(6,1fr);gap:18px;padding:40px;box-sizing:border-box">' + Array.from({ length: 18 }, (_, i) => `<i style="background:linear-gradient(#fd3 0 ${20 + ((i * 37) % 70)}%,#345 0);border-radius:8px"></i>`).join('') + '</div>')
  const [avatarMediaId, bannerMediaId, stillId, boardId, take] = await Promise.all([
    mara.upload('mara.png', 'image/png', face),
    mara.upload('bridge.png', 'image/png', wide),
    mara.upload('still.png', 'image/png', still),
    mara.upload('board.png', 'image/png', board),
    mara.upload('take-7.wav', 'audio/wav', tone(23), { duration: 23 }),
  ])
  await until('pictures are known to the profile', () =>
    mara.patch('/users/me', {
      avatarMediaId, bannerMediaId, title: 'Voice actor and narrator', location: 'Gothenburg', pronouns: 'she/her', isOnboarded: true,
      bio: 'Low, dry, patient. Twelve years of audiobooks, radio plays and the occasional villain. Home studio (NTG5, treated), same-day pickups.\nLooking for: character work in games.',
      roles: ['Voice actor', 'Narrator'], skills: ['Swedish', 'English (RP)', 'Dialects', 'Directed sessions', 'Punch and roll'],
    }),
  )
  const credits = [
    ['The Cardboard Ferry', 'Narrator', 'Harbour Audio', 2025, 'Eleven hours, one voice, forty-one characters.'],
    ['Nine Quiet Rooms', 'Voice of Ilse', 'Lantern Games', 2024],
    ['Salt, Again', 'Radio play, lead', 'Nordic Radio', 2023],
    ['Northbound', 'ADR', 'Kite Pictures', 2022],
  ]
  for (const [title, role, company, year, description] of credits) await mara.post('/users/me/credits', { title, role, company, year, description })
  await mara.post('/users/me/education', { institution: 'Academy of Music and Drama', degree: 'BFA', field: 'Acting', startYear: 2010, endYear: 2013 })
  await mara.post('/users/me/links', { platform: 'Website', url: 'https://mara.joint.example' })
  await mara.post('/users/me/links', { platform: 'Demo reel', url: 'https://reel.joint.example/mara' })

  const say = (who, content, rest = {}) => who.post('/posts', { content, visibility: 'public', ...rest })
  await say(theo, 'Page 41 finally works. The trick was to let her not answer. If you write dialogue: cut the line where the character explains the joke.', { tags: ['writing', 'dialogue'] })
  await say(ines, 'Casting two voices for a radio thriller, ten days in January, remote is fine. We want people who can be quiet. Send me something you recorded in the dark.', { tags: ['casting', 'radio'] })
  await mara.post(`/social/follow/${theo.id}`)
  await mara.post(`/social/follow/${ines.id}`)
  await say(mara, 'Only for those I work with: the contract for the spring is signed. More soon.', { visibility: 'connections' })
  const { post } = await until('files are known to the posts', () =>
    say(mara, 'Take 7, the one we kept. One page, one breath, no music yet. @theo_brandt wrote it; I only stayed out of the way.', { tags: ['voice', 'narration'], mediaIds: [take] }),
  )
  await until('files are known to the posts', () => say(mara, 'Two from the session for Nine Quiet Rooms. The desk looked like this at four in the morning.', { tags: ['session', 'games'], mediaIds: [stillId, boardId] }))
  for (const [who, type] of [[theo, 'applause'], [ines, 'applause'], [sam, 'love']]) await until('the post may be reacted to', () => who.ask('PUT', `/posts/${post.id}/reaction`, { type }))
  const { comment } = await ines.post(`/posts/${post.id}/comments`, { content: 'That pause before “the water”. How many takes did it need?' })
  await mara.post(`/posts/${post.id}/comments`, { content: 'Seven. The first six were acting.', parentId: comment.id })
  await sam.post(`/posts/${post.id}/comments`, { content: 'This is what I mean when I say close. Writing to you about a thing in March.' })
  await theo.post(`/social/connections/${mara.id}`)
  await sam.post(`/social/connections/${mara.id}`)
  await sam.post(`/social/follow/${mara.id}`)
  await ines.post(`/social/follow/${mara.id}`)
  await mara.post(`/social/connections/${ines.id}`)
  await ines.post(`/social/connections/${mara.id}/accept`)
  return { mara, post: post.id }
}

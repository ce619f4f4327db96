// People with a life, for pictures and measurements: made through the API, in a system of its own.
import { Authenticator } from '../journeys/lib/codes.mjs'
import { picture, tone, video } from '../journeys/lib/files.mjs'
import { Person, until } from '../journeys/lib/people.mjs'

/** Words and pauses, as loud as somebody who reads from a page. */
const spoken = (second) => Math.max(0, Math.sin(second * 1.1) + 0.35) * (0.35 + 0.65 * Math.abs(Math.sin(second * 7.3) * Math.sin(second * 2.9)))

const portrait = (ground, skin, coat, hair) =>
  `<svg viewBox="0 0 256 256" width="256" height="256"><rect width="256" height="256" fill="${ground}"/><path d="M52 256c0-66 32-92 76-92s76 26 76 92z" fill="${coat}"/><circle cx="128" cy="108" r="54" fill="${skin}"/><path d="M72 104c0-42 24-66 58-66s56 22 56 62c-26-6-46-18-60-36-8 20-26 34-54 40z" fill="${hair}"/></svg>`

/** A document of one page, with nothing on it. */
const script = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

/** A person with a life, and others around her. */
export async function scene(system, browser) {
  const { site } = system
  const mara = await new Person(site, 'Mara Lindqvist', 'mara_lindqvist').arrive()

  const [theo, ines, sam, rick, lena, gus, vera] = await Promise.all(
    ['Theo Brandt', 'Inês Carvalho', 'Sam Okafor', 'Rick Fastlane', 'Lena Falk', 'Gus Holm', 'Vera Lund'].map((name) =>
      new Person(site, name, name.normalize('NFD').replace(/[^A-Za-z ]/g, '').replace(' ', '_').toLowerCase()).arrive(),
    ),
  )
  // What is left of an account that was deleted.
  const receipt = vera.ask('DELETE', '/auth/account', { password: vera.password }).then(({ receiptUrl }) => receiptUrl.split('/').at(-1))
  const face = await picture(browser, 512, 512, '<svg viewBox="0 0 512 512" width="512" height="512"><rect width="512" height="512" fill="#2a3d3a"/><circle cx="256" cy="212" r="104" fill="#e8b08a"/><path d="M120 512c0-120 60-176 136-176s136 56 136 176z" fill="#d3492f"/><path d="M150 210c0-86 44-132 106-132s110 44 110 134c0 40-8 90-8 90l-30-30 4-80c-60 0-110-20-136-52-8 40-20 60-32 66l14 70-20 26s-8-60-8-92z" fill="#1b1413"/></svg>')
  const wide = await picture(browser, 1400, 400, '<div style="height:100%;background:radial-gradient(circle at 78% 40%,#ffb84d 0 60px,transparent 61px),linear-gradient(#0e1a33 0 55%,#233f6b 55% 100%)"></div><div style="position:absolute;left:0;right:0;bottom:0;height:120px;background:repeating-linear-gradient(90deg,#0a0f1c 0 46px,#131c31 46px 92px)"></div>')
  const still = await picture(browser, 1200, 800, '<div style="height:100%;background:linear-gradient(160deg,#f3d9a4,#d97b4f 60%,#5b2333)"></div><div style="position:absolute;left:140px;bottom:0;width:300px;height:520px;background:#1d1015;border-radius:150px 150px 0 0"></div><div style="position:absolute;right:180px;bottom:0;width:180px;height:640px;background:#2c1620"></div>')
  const board = await picture(browser, 900, 900, '<div style="height:100%;background:#123;display:grid;grid-template-columns:repeat(6,1fr);gap:18px;padding:40px;box-sizing:border-box">' + Array.from({ length: 18 }, (_, i) => `<i style="background:linear-gradient(#fd3 0 ${20 + ((i * 37) % 70)}%,#345 0);border-radius:8px"></i>`).join('') + '</div>')
  const [avatarMediaId, bannerMediaId, stillId, boardId, take, film, page] = await Promise.all([
    mara.upload('mara.png', 'image/png', face),
    mara.upload('bridge.png', 'image/png', wide),
    mara.upload('still.png', 'image/png', still, { altText: 'Two figures in a doorway, against an evening sky.' }),
    mara.upload('board.png', 'image/png', board),
    mara.upload('take-7.wav', 'audio/wav', tone(23, { level: spoken }), { duration: 23, altText: 'A woman reads half a page, slowly, with long pauses.' }),
    video(browser).then((bytes) => theo.upload('rehearsal.webm', 'video/webm', bytes, { width: 320, height: 180, altText: 'A black square crosses the stage from left to right.' })),
    theo.upload('page-41.pdf', 'application/pdf', script, { altText: 'Page 41, with what was cut.' }),
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

  for (const [who, title, colours] of [
    [theo, 'Writer of radio plays', ['#d9b44a', '#caa07c', '#24323f', '#3a2a1e']],
    [ines, 'Casting director', ['#7fa3c7', '#8d5b3e', '#f2e9dc', '#17110e']],
    [sam, 'Director', ['#b9c7a4', '#5c3b28', '#8e2f3c', '#0f0c0b']],
  ]) {
    const id = await who.upload('face.png', 'image/png', await picture(browser, 256, 256, portrait(...colours)))
    await until('pictures are known to the profile', () => who.patch('/users/me', { avatarMediaId: id, title, isOnboarded: true }))
  }

  const say = (who, content, rest = {}) => who.post('/posts', { content, visibility: 'public', ...rest })
  // The oldest: it is the last in everybody's feed.
  const { post: reel } = await until('files are known to the posts', () => say(theo, 'From the rehearsal, and the page that it was about.', { tags: ['rehearsal'], mediaIds: [film, page] }))
  await say(theo, 'Page 41 finally works. The trick was to let her not answer. If you write dialogue: cut the line where the character explains the joke.', { tags: ['writing', 'dialogue'] })
  await say(ines, 'Casting two voices for a radio thriller, ten days in January, remote is fine. We want people who can be quiet. Send me something you recorded in the dark.', { tags: ['casting', 'radio'] })
  await mara.post(`/social/follow/${theo.id}`)
  await mara.post(`/social/follow/${ines.id}`)
  const { post: circle } = await say(mara, 'Only for those I work with: the contract for the spring is signed. More soon.', { visibility: 'connections' })
  const { post } = await until('files are known to the posts', () =>
    say(mara, 'Take 7, the one we kept. One page, one breath, no music yet. @theo_brandt wrote it; I only stayed out of the way.', { tags: ['voice', 'narration'], mediaIds: [take] }),
  )
  const { post: sheet } = await until('files are known to the posts', () => say(mara, 'Two from the session for Nine Quiet Rooms. The desk looked like this at four in the morning.', { tags: ['session', 'games'], mediaIds: [stillId, boardId] }))
  for (const [who, type] of [[theo, 'applause'], [ines, 'applause'], [sam, 'love']]) await until('the post may be reacted to', () => who.ask('PUT', `/posts/${post.id}/reaction`, { type }))
  const { comment } = await ines.post(`/posts/${post.id}/comments`, { content: 'That pause before “the water”. How many takes did it need?' })
  await mara.post(`/posts/${post.id}/comments`, { content: 'Seven. The first six were acting.', parentId: comment.id })
  await sam.post(`/posts/${post.id}/comments`, { content: 'This is what I mean when I say close. Writing to you about a thing in March.' })
  const { post: spam } = await say(rick, 'Ten thousand followers by tomorrow, real people, write to me.', { tags: ['casting'] })
  await theo.post(`/social/connections/${mara.id}`)
  await sam.post(`/social/connections/${mara.id}`)
  await sam.post(`/social/follow/${mara.id}`)
  await ines.post(`/social/follow/${mara.id}`)
  await mara.post(`/social/connections/${ines.id}`)
  await ines.post(`/social/connections/${mara.id}/accept`)
  await mara.post(`/posts/${spam.id}/report`, { reason: 'Spam or a scam', description: 'The same text under every post about casting.' })
  await sam.post(`/posts/${spam.id}/report`, { reason: 'Pretends to be somebody else' })
  await mara.post(`/social/blocks/${lena.id}`)
  const { post: insult } = await say(lena, 'Whoever cast this has no ears.')
  const reports = await Promise.all(
    [[ines, 'Spam or a scam'], [lena, 'Something else'], [gus, 'Harassment']].map(async ([who, reason]) => (await who.post(`/posts/${spam.id}/report`, { reason })).report.id),
  )
  await system.giveRole(theo.email, 'admin')
  await looksAfter(theo, { reports, insult, gus })
  await until('the post is published', async () => (await system.sql('SELECT 1 FROM content.outbox WHERE envelope::text LIKE $1 AND published_at IS NOT NULL', [`%${spam.id}%`])).length > 0)
  await system.sql(
    `WITH lost AS (SELECT id, envelope FROM content.outbox WHERE envelope::text LIKE $1 ORDER BY id LIMIT 2),
          known AS (INSERT INTO search_indexer.failure (handler, event_id, event_type, subject, fingerprint, causes, attempts, release)
                    SELECT 'documents', id, envelope ->> 'type', envelope ->> 'subject', '9f2c6a1d0b7e4835', '["the list of words is away", "connection refused"]', 5, '0.1.0' FROM lost
                    ON CONFLICT DO NOTHING)
     INSERT INTO bus.search_indexer_dead (id, event_id, type, body, receive_count, sent_at)
     SELECT 900003, NULL, NULL, 'no event', 5, now() - interval '2 hours' UNION ALL
     SELECT 900000 + row_number() OVER (), id, envelope ->> 'type', envelope::text, 5, now() - interval '40 minutes' FROM lost`,
    [`%${spam.id}%`],
  )
  await until('search knows her', async () => (await mara.get('/search?q=narrator')).totals.users > 0)
  // Somebody who has signed up a minute ago and done nothing yet.
  const nils = await new Person(site, 'Nils Aho', 'nils_aho').arrive()
  const { secret } = await lena.post('/auth/2fa/setup', { password: lena.password })
  await lena.post('/auth/2fa/enable', { code: new Authenticator(secret).next() })
  return { mara, theo, sam, nils, lena, gus, spam: spam.id, post: post.id, board: sheet.id, reel: reel.id, circle: circle.id, hidden: insult.id, receipt: await receipt, still }
}

/** What an admin has done by now. */
async function looksAfter(theo, { reports: [taken, resolved, dismissed], insult, gus }) {
  await until('his role counts', () => theo.post(`/moderation/reports/${taken}/take`))
  await theo.post(`/moderation/reports/${resolved}/resolve`, { note: 'Told the author what the house rules are.' })
  await theo.post(`/moderation/reports/${dismissed}/dismiss`, {})
  await theo.post(`/moderation/posts/${insult.id}/hide`, { reason: 'An insult' })
  await theo.post(`/admin/accounts/${gus.id}/suspend`, { reason: 'Sells followers under every post' })
  await theo.post('/admin/allow-list', { email: 'guest@joint.example' })
}

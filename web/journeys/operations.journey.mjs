import { knock } from './lib/doors.mjs'
import { choose, press, seek, write } from './lib/hands.mjs'
import { until } from './lib/people.mjs'
import { check, gone, reads, see, settled } from './lib/see.mjs'

export const title = 'An admin suspends and restores an account, watches the queues, replays and discards dead letters'

export default async function ({ open, person, system }) {
  const [alma, hugo] = await Promise.all([person('Alma Reyes'), person('Hugo Falk')])
  await system.giveRole(alma.email, 'admin')
  const his = await open(hugo)
  await his.goto('/')
  await reads(his.getByRole('heading', { level: 1 }), 'Home')

  await settled(his)

  const desk = await open(alma)
  await desk.goto('/admin/accounts')
  await write(desk.getByLabel('Find an account'), hugo.email)
  // Others of this name may be in sight until then.
  const account = desk.getByRole('article', { name: 'Hugo Falk' }).filter({ hasText: hugo.username })
  await press(account.getByRole('button', { name: 'Suspend Hugo Falk' }))
  const dialog = desk.getByRole('dialog')
  await write(dialog.getByLabel('Why'), 'Sells followers')
  await choose(dialog.getByLabel('For how long'), 'One week')
  await press(dialog.getByRole('button', { name: 'Suspend' }))
  await see(account.getByText(/^Suspended until .*: Sells followers/))
  await press(his.getByRole('link', { name: 'Network' }).first())
  await reads(his.getByRole('heading', { level: 1 }), 'Log in')
  await knock(his, hugo)
  await see(his.getByRole('alert').filter({ hasText: /suspended/i }))
  await press(account.getByRole('button', { name: 'Restore Hugo Falk' }))
  await see(account.getByRole('button', { name: 'Suspend Hugo Falk' }))
  await press(his.getByRole('button', { name: 'Log in' }))
  await reads(his.getByRole('heading', { level: 1 }), 'Network')
  await press(account.getByRole('button', { name: 'Change the role of Hugo Falk' }))
  await press(desk.getByRole('dialog').getByRole('radio', { name: 'Moderator' }))
  await press(desk.getByRole('dialog').getByRole('button', { name: 'Change it' }))
  await gone(desk.getByRole('dialog'))
  await see(account.getByText('Moderator', { exact: true }))

  // Two that search could not consume: an event that was published, and something that is none. They are chosen by their
  // numbers, as others have dead letters at the same time.
  const name = alma.username
  const written = await alma.post('/posts', { content: `An event to be lost ${name}`, visibility: 'public' })
  const lost = Math.floor(Math.random() * 1e12)
  const unreadable = lost + 1
  const [{ type }] = await until('the event is published', async () => {
    const buried = await system.sql(
      `INSERT INTO bus.search_indexer_dead (id, event_id, type, body, receive_count, sent_at)
       SELECT $1, id, envelope ->> 'type', envelope::text, 5, now() FROM content.outbox
       WHERE envelope::text LIKE $2 AND published_at IS NOT NULL LIMIT 1 RETURNING type`,
      [lost, `%${written.post.id}%`],
    )
    return buried.length > 0 && buried
  })
  await system.sql("INSERT INTO bus.search_indexer_dead (id, body, receive_count, sent_at) VALUES ($1, 'no event', 5, now())", [unreadable])
  const isDead = async (number) => (await system.sql('SELECT 1 FROM bus.search_indexer_dead WHERE id = $1', [number])).length > 0

  await desk.goto('/admin/queues')
  await see(desk.getByRole('img', { name: /^All that waits, over the last minutes/ }))
  const queue = desk.getByRole('listitem').filter({ has: desk.getByRole('heading', { name: 'search-indexer' }) }).first()
  await press(desk.getByRole('button', { name: 'Live' }))
  await see(desk.getByRole('button', { name: 'Paused' }))
  await press(queue.getByRole('link', { name: /dead$/ }))
  await reads(desk.getByRole('heading', { level: 1 }), 'Dead letters')

  await press(desk.getByRole('button', { name: `Look at it: ${type}, search-indexer:${lost}`, exact: true }))
  const letter = desk.getByRole('dialog', { name: type })
  const event = letter.getByRole('region', { name: 'The event' })
  await see(event)
  check(!(await event.innerText()).includes('An event to be lost'), 'what people wrote is left out')
  await press(letter.getByRole('button', { name: 'Show what people wrote' }))
  await reads(event, `An event to be lost ${name}`)
  await press(letter.getByRole('button', { name: 'Replay' }))
  await gone(letter)
  check(!(await isDead(lost)), 'it is no longer dead')

  await press(desk.getByRole('button', { name: `Look at it: Something unreadable, search-indexer:${unreadable}`, exact: true }))
  const other = desk.getByRole('dialog', { name: 'A dead letter' })
  await press(other.getByRole('button', { name: 'Discard' }))
  await write(other.getByRole('textbox', { name: 'Why' }), 'It is no event')
  await press(other.getByRole('form', { name: 'Discard it' }).getByRole('button', { name: 'Discard' }))
  await gone(other)
  check(!(await isDead(unreadable)), 'it is gone for good')

  await desk.goto('/admin/allow-list')
  const guest = `${name}.guest@joint.example`
  await write(desk.getByLabel('E-mail address'), guest)
  await press(desk.getByRole('button', { name: 'Put it on the list' }))
  await press(desk.getByRole('button', { name: `Take ${guest} off the list` }))
  await gone(desk.getByText(guest, { exact: true }))

  await desk.goto('/admin/audit')
  // Others have done something since: it may stand further down.
  const entries = desk.getByRole('tabpanel').getByRole('listitem')
  const suspended = entries.filter({ hasText: `Account suspended: @${hugo.username}` })
  await seek(suspended, entries)
  await see(suspended.getByText('reason: Sells followers'))
  await press(desk.getByRole('tab', { name: 'Posts and reports' }))
  await see(desk.getByRole('tabpanel').getByRole('heading', { name: /What was done to posts/ }).or(desk.getByText('Nothing was done yet')))
}

// @vitest-environment node
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { refusal, unreachable } from '@/api/errors'
import { Outbox, type Entry } from './outbox'

/** Everything that a system which keeps its keys would have written. */
const written = new Map<string, unknown>()
let server: Server | undefined

function listen(port: number, handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const made = createServer(handle)
  server = made
  return new Promise((resolve) => made.listen(port, '127.0.0.1', () => resolve((made.address() as AddressInfo).port)))
}

function close(): Promise<void> {
  const open = server
  server = undefined
  return new Promise((resolve) => {
    if (!open) return resolve()
    open.closeAllConnections()
    open.close(() => resolve())
  })
}

afterEach(async () => {
  await close()
  written.clear()
})

function keep(request: IncomingMessage, response: ServerResponse): void {
  const key = String(request.headers['idempotency-key'])
  if (!written.has(key)) written.set(key, key)
  response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify({ key }))
}

const deliverTo = (port: () => number) => async (entry: Entry) => {
  let response: Response
  try {
    response = await fetch(`http://127.0.0.1:${port()}${entry.path}`, { method: 'POST', headers: { 'Idempotency-Key': entry.key } })
  } catch {
    throw unreachable()
  }
  const body: unknown = await response.json()
  if (!response.ok) throw refusal(response, body)
  return body
}

it('a post whose answer was cut off by a kill is written once when the server is back', async () => {
  // Written, and killed before it could say so.
  let port = await listen(0, (request) => {
    written.set(String(request.headers['idempotency-key']), true)
    request.socket.destroy()
  })
  const taken: Entry[] = []
  const outbox = new Outbox(deliverTo(() => port), (entry) => taken.push(entry))
  outbox.start('ada')
  outbox.put('post', '/posts', { content: 'hello' })
  await vi.waitFor(() => expect(outbox.mine()[0]?.tries).toBe(1))
  expect(outbox.mine()[0]?.message).toContain('safe')
  await close()
  port = await listen(0, keep)
  outbox.sendAll()
  await vi.waitFor(() => expect(taken).toHaveLength(1))
  expect(outbox.mine()).toHaveLength(0)
  expect(written.size).toBe(1)
})

it('what waits survives a reload, with its key', async () => {
  const away = deliverTo(() => 1)
  const before = new Outbox(away, () => undefined)
  before.start('bea')
  const entry = before.put('comment', '/posts/1/comments', { content: 'well said' })
  await vi.waitFor(() => expect(before.mine()[0]?.tries).toBe(1))
  before.start(null)

  const port = await listen(0, keep)
  const taken: Entry[] = []
  const after = new Outbox(deliverTo(() => port), (done) => taken.push(done))
  after.start('bea')
  await vi.waitFor(() => expect(taken.map((done) => done.key)).toEqual([entry.key]))
  expect([...written.keys()]).toEqual([entry.key])
})

it('what is refused stays, says why, and is not tried again by itself', async () => {
  let asked = 0
  const port = await listen(0, (_, response) => {
    asked += 1
    response
      .writeHead(400, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: 'Bad Request', code: 'VALIDATION_ERROR', message: 'Too long', requestId: '1' }))
  })
  const outbox = new Outbox(deliverTo(() => port), () => undefined)
  outbox.start('cid')
  outbox.put('post', '/posts', { content: 'x' })
  await vi.waitFor(() => expect(outbox.mine()[0]).toMatchObject({ refused: true, message: 'Too long' }))
  outbox.sendAll()
  expect(asked).toBe(1)
  outbox.discard(outbox.mine()[0]?.id ?? '')
  expect(outbox.mine()).toEqual([])
})

it('nobody sends what another person has written on the same device', async () => {
  let port = 1
  const outbox = new Outbox(deliverTo(() => port), () => undefined)
  outbox.start('dan')
  const his = outbox.put('post', '/posts', { content: 'his' })
  await vi.waitFor(() => expect(outbox.mine()[0]?.tries).toBe(1))
  port = await listen(0, keep)
  outbox.start('eve')
  expect(outbox.mine()).toEqual([])
  outbox.retry(his.id)
  const hers = outbox.put('post', '/posts', { content: 'hers' })
  await vi.waitFor(() => expect(outbox.mine()).toEqual([]))
  expect([...written.keys()]).toEqual([hers.key])
})

it('what was sent after the session had ended waits for its author to log in again', async () => {
  let isIn = false
  const port = await listen(0, (request, response) => {
    if (isIn) return keep(request, response)
    response
      .writeHead(401, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: 'Unauthorized', code: 'UNAUTHENTICATED', message: 'Log in', requestId: '1' }))
  })
  const outbox = new Outbox(deliverTo(() => port), () => undefined)
  outbox.start('fay')
  outbox.put('post', '/posts', { content: 'kept' })
  await vi.waitFor(() => expect(outbox.mine()[0]?.message).toContain('logged in again'))
  expect(outbox.mine()[0]?.refused).toBeFalsy()
  outbox.start(null)
  isIn = true
  outbox.start('fay')
  await vi.waitFor(() => expect(outbox.mine()).toHaveLength(0))
  expect(written.size).toBe(1)
})

it('of words about a file the last ones are sent, and none about a file that is gone', async () => {
  let port = 1
  const taken: Entry[] = []
  const outbox = new Outbox(deliverTo(() => port), (entry) => taken.push(entry))
  outbox.start('gil')
  outbox.put('description', '/media/1', { altText: 'A dog' })
  outbox.put('description', '/media/2', { altText: 'A cat' })
  outbox.put('description', '/media/3', { altText: 'A bird' })
  await vi.waitFor(() => expect(outbox.mine().map(({ tries }) => tries)).toEqual([1, 1, 1]))
  const last = outbox.put('description', '/media/1', { altText: 'Two dogs' })
  outbox.withdraw('/media/2')
  await vi.waitFor(() => expect(outbox.mine().find(({ id }) => id === last.id)?.tries).toBe(1))
  port = await listen(0, keep)
  outbox.sendAll()
  await vi.waitFor(() => expect(outbox.mine()).toEqual([]))
  expect(taken.map(({ body }) => body['altText']).sort()).toEqual(['A bird', 'Two dogs'])
})

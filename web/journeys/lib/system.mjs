// A system of one's own, in a folder of its own: started, killed, stopped, and what only its operators can do.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { actAsOperator, until } from './people.mjs'

const run = promisify(execFile)

export class System {
  /** One that runs already: its program and its folder are needed for what only operators do. */
  static at(site, program, root) {
    const system = Object.assign(new System(program), { site, root: resolve(root) })
    actAsOperator(site, system.operatorKey)
    return system
  }

  /** One that is started, and ends with `stop`. */
  static async start(program) {
    const system = new System(program)
    system.folder = mkdtempSync(join(tmpdir(), 'joint-web-'))
    system.root = join(system.folder, 'root')
    system.port = await freePort()
    system.site = `http://127.0.0.1:${system.port}`
    try {
      await system.begin()
    } catch (error) {
      await system.stop().catch(() => undefined)
      throw error
    }
    return system
  }

  constructor(program) {
    this.program = resolve(program)
  }

  /** Starts it, with what it had before; `isUp` is for those who wait for it beside whoever starts it. */
  begin() {
    const begun = this.#begin()
    this.isUp = begun.catch(() => undefined)
    return begun
  }

  async #begin() {
    this.process = spawn(this.program, ['--root', this.root, 'up', '--web', resolve('dist')], { env: { ...alone(process.env), PORT: String(this.port) }, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    this.process.stderr.on('data', (piece) => (said = (said + piece).slice(-4000)))
    await until('the system is up', async () => {
      if (hasEnded(this.process)) throw Object.assign(new Error(`valine up has ended:\n${said}`), { isFinal: true })
      return (await fetch(`${this.site}/ready`)).ok
    }, 180_000)
    actAsOperator(this.site, this.operatorKey)
  }

  async kill() {
    this.process.kill('SIGKILL')
    await ended(this.process)
  }

  /** Stops it and takes its folder away. */
  async stop() {
    let isLate = false
    if (this.process && !hasEnded(this.process)) {
      this.process.kill('SIGINT')
      // Requests have 10 s to end, and PostgreSQL has 120.
      const late = setTimeout(() => (isLate = this.process.kill('SIGKILL')), 150_000)
      await ended(this.process)
      clearTimeout(late)
    }
    if (this.folder) {
      // As root the database lies elsewhere, with a user of its own; a link leads there.
      const database = join(this.root, 'postgres')
      if (existsSync(database)) await rm(realpathSync(database), { recursive: true, force: true })
      await rm(this.folder, { recursive: true, force: true })
    }
    if (isLate) throw new Error('valine up did not stop within 150 s')
  }

  get operatorKey() {
    return readFileSync(join(this.root, 'operator.key'), 'utf8').trim()
  }

  async giveRole(email, role) {
    await run(this.program, ['--root', this.root, 'account', 'role', email, role])
  }

  /** Asks the private database as its administrator. */
  async sql(text, values = []) {
    const folder = realpathSync(join(this.root, 'postgres'))
    const [, , , port, sockets] = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')
    const password = readFileSync(join(folder, 'admin-password'), 'utf8').trim()
    const client = new pg.Client({ host: sockets, port: Number(port), user: 'postgres', password, database: 'postgres' })
    await client.connect()
    try {
      return (await client.query(text, values)).rows
    } finally {
      await client.end()
    }
  }
}

const hasEnded = (process) => process.exitCode !== null || process.signalCode !== null
const ended = (process) => new Promise((done) => (hasEnded(process) ? done() : process.once('exit', done)))

/** Without the addresses of a server and of an endpoint that belong to somebody else. */
function alone(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/DATABASE_URL$|^AWS_/.test(name)))
}

/** One that the system gives to nobody by itself: a killed system finds its own free again. */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const isFree = await new Promise((done) => {
      const server = createServer()
      server.once('error', () => done(false))
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
    })
    if (isFree) return port
  }
}

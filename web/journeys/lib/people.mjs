// People who use the API as any client does, to set a scene. What is tried out is done in the browser.

/** By site: what lifts its limit on sign-ups from one address. */
const operators = new Map()

export const actAsOperator = (site, key) => operators.set(site, { 'X-Valine-Operator': key })

const BROWSER = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0'

export class Person {
  cookie = ''

  constructor(site, name, username = `${name.split(' ')[0].toLowerCase()}_${Math.random().toString(36).slice(2, 9)}`) {
    this.site = site
    this.name = name
    this.username = username
    this.email = `${username}@joint.example`
    this.password = 'rain on the roof tonight'
  }

  async ask(method, path, body, headers = {}) {
    const response = await patiently(`${this.site}/api${path}`, {
      method,
      // As a browser would say it: it is shown in the list of sessions.
      headers: { 'User-Agent': BROWSER, ...operators.get(this.site), ...headers, ...(this.cookie ? { Cookie: this.cookie } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
      redirect: 'manual',
    })
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith('jwt_token='))
    if (cookie) this.cookie = cookie.split(';')[0]
    const said = await response.json().catch(() => null)
    if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${response.status} ${JSON.stringify(said)}`), { status: response.status, said })
    return said
  }

  get = (path) => this.ask('GET', path)
  post = (path, body) => this.ask('POST', path, body)
  patch = (path, body) => this.ask('PATCH', path, body)

  /** Signs up; logs in when that was done before. */
  async arrive() {
    const { email, password, username, name: displayName } = this
    try {
      this.id = (await this.post('/auth/signup', { email, password, username, displayName })).user.id
    } catch (error) {
      if (error.status !== 409) throw error
      this.id = (await this.post('/auth/login', { email, password })).user.id
    }
    return this
  }

  /** Sends a file to the storage and has it confirmed. */
  async upload(fileName, fileType, bytes, described = {}) {
    const where = await this.post('/media/upload', { fileName, fileType, fileSize: bytes.length })
    const put = await fetch(where.uploadUrl, { method: where.method, headers: where.headers, body: bytes })
    if (!put.ok) throw new Error(`the storage answers ${put.status}`)
    await this.post('/media/confirm', { mediaId: where.mediaId, ...described })
    return where.mediaId
  }

  /** Lets a browser be this person. */
  async enter(context) {
    const [name, value] = this.cookie.split('=')
    await context.addCookies([{ name, value, url: this.site, httpOnly: true, sameSite: 'Strict' }])
  }
}

/** As the contract has it: who is told to come back in a moment comes back in a moment. */
async function patiently(address, options) {
  for (let tries = 0; ; tries++) {
    const response = await fetch(address, options)
    const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
    if (response.status !== 503 || !Number.isFinite(seconds) || tries === 20) return response
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
}

/** Asks until it is so; the events that make it so are on their way. It is asked once more when the time is over. */
export async function until(what, ask, limit = 120_000) {
  const end = Date.now() + limit
  for (;;) {
    const isLast = Date.now() >= end
    let last
    try {
      last = await ask()
      if (last) return last
    } catch (error) {
      if (error.isFinal) throw error
      last = error
    }
    if (isLast) throw new Error(`${what}: not within ${limit / 1000} s (${last})`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

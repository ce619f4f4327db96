// Fetches the API's description from a running system, and makes the client's types of it.
//   npm run api -- http://127.0.0.1:8080
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const system = process.argv[2] ?? process.env.JOINT_URL ?? 'http://127.0.0.1:8080'
const answer = await fetch(new URL('/openapi.json', system))
if (!answer.ok) throw new Error(`${system} answers ${answer.status}: is it up?`)
const document = await answer.json()
// Where it was fetched from is not part of what it says.
delete document.servers
// Every refusal has this body. The document refers to it; where it forgets to say it, it is said here.
document.components.schemas.ErrorBody ??= {
  type: 'object',
  required: ['error', 'message', 'code', 'requestId'],
  properties: {
    error: { type: 'string' },
    message: { type: 'string' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    details: {
      type: 'array',
      items: { type: 'object', required: ['field', 'message'], properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}
writeFileSync('openapi.json', `${JSON.stringify(document, null, 2)}\n`)
execFileSync('npm', ['run', '--silent', 'types'], { stdio: 'inherit' })

import type { components } from './schema'

type ErrorBody = components['schemas']['ErrorBody']

/** What a person is told when nobody could be asked. */
const AWAY = 'Joint cannot be reached right now. What you typed is safe here.'

/** The server said no, or nobody answered (`status` 0). `message` is for people. */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: { field: string; message: string }[] = [],
    readonly retryAfter: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message)
  }

  /** The same request may do later: nobody answered, too many asked, or a part is away. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === 'MEDIA_NOT_READY'
  }

  /** What is wrong with this field, if something is. */
  of(field: string): string | undefined {
    return this.details.find((detail) => detail.field === field)?.message
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}

export function refusal(response: Response, body: unknown): ApiError {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  const retryAfter = Number.isFinite(seconds) ? seconds : null
  if (isErrorBody(body)) {
    return new ApiError(response.status, body.code, body.message, body.details ?? [], retryAfter, body.requestId)
  }
  // A gateway in front answered in words of its own.
  return new ApiError(response.status, 'UNKNOWN', response.status >= 500 ? AWAY : `The answer was ${response.status}.`, [], retryAfter)
}

export function unreachable(): ApiError {
  return new ApiError(0, 'UNREACHABLE', AWAY)
}

/** For people, whatever it was. */
export function inWords(error: unknown): string {
  if (error instanceof ApiError) {
    // The answer's own words are for programs, which read a header.
    if (error.status === 429 && error.retryAfter !== null) return `This was done very often lately. Try again ${waiting(error.retryAfter)}.`
    return error.message
  }
  return 'Something went wrong here. Reload the page and try again.'
}

function waiting(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 90) return `in ${whole === 1 ? '1 second' : `${whole} seconds`}`
  return `in ${Math.round(seconds / 60)} minutes`
}

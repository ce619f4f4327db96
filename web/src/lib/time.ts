const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 24],
  ['day', 7],
  ['week', 4.345],
]

/** Made when it is first needed: on a slow phone each takes longer than a page that has no times. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

const relative = once(() => new Intl.RelativeTimeFormat('en', { numeric: 'auto' }))
/** The words around it are English, so it is, too: as its reader writes English, where the browser knows that. */
const exact = once(() => new Intl.DateTimeFormat(navigator.languages.find((language) => /^en\b/.test(language)) ?? 'en', { dateStyle: 'full', timeStyle: 'short' }))
const day = once(() => new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' }))
const dayOfYear = once(() => new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' }))
const month = once(() => new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' }))

/** "3 minutes ago"; from a month on the date, with the year when it is another one. */
export function ago(time: string, now: Date = new Date()): string {
  const then = new Date(time)
  let value = (then.getTime() - now.getTime()) / 60_000
  // Two clocks never agree to the second: what was just made is not in the future.
  if (value > -1) return 'just now'
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return relative().format(Math.trunc(value), unit)
    value /= size
  }
  return (then.getFullYear() === now.getFullYear() ? day() : dayOfYear()).format(then)
}

export function exactly(time: string): string {
  return exact().format(new Date(time))
}

export function monthOf(time: string): string {
  return month().format(new Date(time))
}

/** Which part of the day a screenplay would call it. */
export function timeOfDay(now: Date = new Date()): string {
  const hour = now.getHours()
  if (hour < 5) return 'Night'
  if (hour < 8) return 'Dawn'
  if (hour < 12) return 'Morning'
  if (hour < 17) return 'Day'
  if (hour < 21) return 'Evening'
  return 'Night'
}

/** Seconds as `1:05` or `1:02:03`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '0:00'
  const whole = Math.floor(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

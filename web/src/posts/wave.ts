/** How loud a recording is from its beginning to its end, so that it can be drawn. */

/** Bars of a wave. */
export const BARS = 90

/** As many numbers as there are bars, the loudest of them 1. */
export function loudness(samples: Float32Array, bars: number): number[] {
  const size = Math.max(1, Math.floor(samples.length / bars))
  const levels = Array.from({ length: bars }, (_, bar) => {
    let square = 0
    const end = Math.min((bar + 1) * size, samples.length)
    for (let at = bar * size; at < end; at++) square += (samples[at] ?? 0) ** 2
    return Math.sqrt(square / size)
  })
  const loudest = Math.max(...levels)
  return loudest === 0 ? levels : levels.map((level) => level / loudest)
}

export interface Wave {
  levels: number[]
  /** The recording itself, so that it is not fetched a second time. */
  file: Blob
}

const KEPT = 12
const known = new Map<string, Promise<Wave | null>>()

/** Fetches a recording of at most so many bytes and looks how loud it is; nothing when it is longer or cannot be read. */
export function waveOf(url: string, most: number): Promise<Wave | null> {
  const place = `${most} ${url}`
  const asked =
    known.get(place) ??
    look(url, most).catch(() => {
      // It may do the next time.
      known.delete(place)
      return null
    })
  known.set(place, asked)
  // The files stay with them: a long list of recordings does not fill the memory.
  for (const oldest of [...known.keys()].slice(0, -KEPT)) known.delete(oldest)
  return asked
}

async function look(url: string, most: number): Promise<Wave | null> {
  const stop = new AbortController()
  const response = await fetch(url, { credentials: 'same-origin', signal: stop.signal })
  if (!response.ok) throw new Error(`the storage answers ${response.status}`)
  if (!response.body || Number(response.headers.get('Content-Length') ?? 0) > most) {
    stop.abort()
    return null
  }
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = response.body.getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value)
    size += piece.value.length
    if (size > most) {
      stop.abort()
      return null
    }
  }
  const file = new Blob(pieces, { type: response.headers.get('Content-Type') ?? '' })
  // Decoded at a low rate: nobody hears it.
  const sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(await file.arrayBuffer())
  return { levels: loudness(sound.getChannelData(0), BARS), file }
}

/** Whether somebody pays for each byte, or waits for each. */
export function isCheap(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } }
  return connection?.saveData !== true && (connection?.effectiveType ?? '4g') === '4g'
}

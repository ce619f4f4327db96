const MB = 1024 * 1024

export type FileKind = 'image' | 'audio' | 'video' | 'document'

const limits: Record<FileKind, number> = { image: 10 * MB, audio: 50 * MB, video: 500 * MB, document: 25 * MB }
const names: Record<FileKind, string> = { image: 'Pictures', audio: 'Recordings', video: 'Videos', document: 'Documents' }

export function kindOf(type: string): FileKind | null {
  if (type === 'application/pdf') return 'document'
  const family = type.split('/')[0]
  if (type === 'image/svg+xml') return null
  return family === 'image' || family === 'audio' || family === 'video' ? family : null
}

/** What is wrong with a file before anybody is asked; nothing in most cases. The server has the last word. */
export function objection(file: { name: string; type: string; size: number }): string | null {
  const kind = kindOf(file.type)
  if (!kind) return `${file.name} is not a picture, recording, video or PDF`
  if (file.size === 0) return `${file.name} is empty`
  if (file.size > limits[kind]) return `${file.name} is too large: ${names[kind].toLowerCase()} may have ${limits[kind] / MB} MB`
  return null
}

export function megabytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < MB) return `${Math.round(bytes / 1024)} kB`
  return `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`
}

import { ApiError, unreachable } from '@/api/errors'

interface Where {
  uploadUrl: string
  method: string
  headers: Record<string, string>
}

/** The storage no longer takes this address: it is older than a quarter of an hour. */
export class Expired extends Error {}

/** Sends the bytes straight to the storage, and tells how many have gone. */
export function put(file: File, where: Where, told: (share: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.open(where.method, where.uploadUrl)
    for (const [name, value] of Object.entries(where.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) told(event.loaded / event.total)
    }
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    request.onerror = () => reject(unreachable())
    request.onload = () => {
      // Written once: a try before this one had arrived, and only its answer was lost.
      if ((request.status >= 200 && request.status < 300) || request.status === 412) resolve()
      else if (request.status === 403) reject(new Expired())
      else reject(new ApiError(request.status, 'STORAGE', 'The storage did not take this file.'))
    }
    request.send(file)
  })
}

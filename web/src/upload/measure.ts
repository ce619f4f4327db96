import type { FileKind } from './limits'

export interface Measures {
  width?: number
  height?: number
  duration?: number
}

/** What the browser knows of a recording or video, and the server does not look for. Nothing when it cannot play it. */
export function measure(file: File, kind: FileKind): Promise<Measures> {
  if (kind !== 'audio' && kind !== 'video') return Promise.resolve({})
  const element = document.createElement(kind)
  const url = URL.createObjectURL(file)
  return new Promise<Measures>((resolve) => {
    const done = (measures: Measures) => {
      clearTimeout(limit)
      element.removeAttribute('src')
      URL.revokeObjectURL(url)
      resolve(measures)
    }
    const limit = setTimeout(() => done({}), 5000)
    element.onerror = () => done({})
    element.onloadedmetadata = () => {
      const measures: Measures = {}
      if (Number.isFinite(element.duration) && element.duration > 0) measures.duration = Math.round(element.duration * 1000) / 1000
      if (element instanceof HTMLVideoElement && element.videoWidth > 0) {
        measures.width = element.videoWidth
        measures.height = element.videoHeight
      }
      done(measures)
    }
    element.preload = 'metadata'
    element.src = url
  })
}

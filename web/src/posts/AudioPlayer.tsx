import { useEffect, useId, useRef, useState } from 'react'
import { Pause, Play } from 'lucide-react'
import { clock } from '@/lib/time'

/** Only one of them is heard at a time. */
let heard: HTMLAudioElement | null = null

interface Props {
  url: string
  label: string
  /** As it was told when it was uploaded; the file itself knows better once it has come. */
  seconds?: number | null | undefined
}

/** A take: its length as a strip of tape, with a stroke of the marker for what was heard. */
export function AudioPlayer({ url, label, seconds }: Props) {
  const audio = useRef<HTMLAudioElement>(null)
  const id = useId()
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(seconds ?? 0)
  const [broken, setBroken] = useState(false)

  useEffect(() => {
    const element = audio.current
    return () => {
      if (heard === element) heard = null
    }
  }, [])

  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (!element.paused) return element.pause()
    if (heard !== element) heard?.pause()
    heard = element
    setBroken(false)
    element.play().catch(() => setBroken(true))
  }
  const share = length > 0 ? Math.min(at / length, 1) : 0

  return (
    <div className="rounded-xl border border-line bg-sunken/60 p-3">
      <div className="flex items-center gap-3">
        <button
          type="button"
          onClick={toggle}
          aria-label={`${playing ? 'Pause' : 'Play'}: ${label}`}
          className="grid size-12 shrink-0 place-items-center rounded-full bg-ink text-paper transition-transform hover:scale-105 active:scale-95"
        >
          {playing ? <Pause aria-hidden="true" className="size-5 fill-current" /> : <Play aria-hidden="true" className="ml-0.5 size-5 fill-current" />}
        </button>
        <div className="min-w-0 flex-1">
          <div className="relative h-8">
            <svg aria-hidden="true" className="absolute inset-0 size-full" preserveAspectRatio="none">
              <defs>
                <pattern id={`${id}s`} width="9" height="100%" patternUnits="userSpaceOnUse">
                  <rect x="0" y="9" width="1.5" height="14" fill="var(--line-strong)" opacity=".55" />
                </pattern>
                <pattern id={`${id}l`} width="45" height="100%" patternUnits="userSpaceOnUse">
                  <rect x="0" y="4" width="1.5" height="24" fill="var(--line-strong)" />
                </pattern>
              </defs>
              <rect y="6" width={`${share * 100}%`} height="20" fill="var(--marker)" />
              <rect width="100%" height="100%" fill={`url(#${id}s)`} />
              <rect width="100%" height="100%" fill={`url(#${id}l)`} />
            </svg>
            <span aria-hidden="true" className="absolute top-0 h-full w-0.5 bg-tally" style={{ left: `${share * 100}%` }} />
            <input
              type="range"
              min={0}
              max={Math.max(length, 0.1)}
              step={0.1}
              value={Math.min(at, Math.max(length, 0.1))}
              aria-label={`Position in: ${label}`}
              aria-valuetext={`${clock(at)} of ${clock(length)}`}
              className="absolute inset-0 size-full cursor-pointer opacity-0 focus-visible:opacity-100 focus-visible:accent-link"
              onChange={(event) => {
                const next = event.target.valueAsNumber
                setAt(next)
                if (audio.current) audio.current.currentTime = next
              }}
            />
          </div>
          <p className="mt-1 flex justify-between gap-4 font-script text-xs text-ink-2">
            <span className="truncate">{broken ? 'This recording cannot be played right now.' : label}</span>
            <span className="shrink-0 tabular-nums">
              {clock(at)} / {clock(length)}
            </span>
          </p>
        </div>
      </div>
      <audio
        ref={audio}
        src={url}
        preload="none"
        className="hidden"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false)
          setAt(0)
        }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          if (Number.isFinite(event.currentTarget.duration)) setLength(event.currentTarget.duration)
        }}
        onError={() => setBroken(true)}
      />
    </div>
  )
}

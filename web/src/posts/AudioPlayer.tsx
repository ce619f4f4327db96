import { useEffect, useId, useRef, useState } from 'react'
import { Pause, Play } from 'lucide-react'
import { clock } from '@/lib/time'
import { BARS, isCheap, waveOf, type Wave } from './wave'

/** Only one of them is heard at a time. */
let heard: HTMLAudioElement | null = null

const MB = 1024 * 1024
/** What is fetched to be drawn before anybody asks to hear it, and what is once somebody does. */
const [UNASKED, ASKED] = [3 * MB, 12 * MB]

export interface AudioProps {
  url: string
  label: string
  /** As it was told when it was uploaded; the file itself knows better once it has come. */
  seconds?: number | null | undefined
}

/** A take: its wave, with a stroke of the marker for what was heard; a strip of tape until the wave is known. */
export default function AudioPlayer({ url, label, seconds }: AudioProps) {
  const audio = useRef<HTMLAudioElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const [begun, setBegun] = useState(false)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(seconds ?? 0)
  const [broken, setBroken] = useState(false)
  const wave = useWave(url, box, begun)
  const [local, setLocal] = useState<string | null>(null)

  useEffect(() => {
    const element = audio.current
    return () => {
      if (heard === element) heard = null
    }
  }, [])
  useEffect(() => () => {
    if (local) URL.revokeObjectURL(local)
  }, [local])

  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (!element.paused) return element.pause()
    if (heard !== element) heard?.pause()
    heard = element
    // What failed once is not asked for again by itself.
    if (broken) element.load()
    setBroken(false)
    if (!begun) {
      setBegun(true)
      // Where it has come to be drawn, it is not fetched again to be heard.
      if (wave) {
        const address = URL.createObjectURL(wave.file)
        element.src = address
        setLocal(address)
      } else {
        element.src = url
      }
    }
    element.play().catch(() => setBroken(true))
  }
  const share = length > 0 ? Math.min(at / length, 1) : 0

  return (
    <div ref={box} className="min-h-[calc(5rem+2px)] rounded-xl border border-line bg-sunken/60 p-3">
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
          <div className="relative h-9 rounded focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-link">
            <Strip share={share} levels={wave?.levels ?? null} />
            <input
              type="range"
              min={0}
              max={Math.max(length, 0.1)}
              step={0.1}
              value={Math.min(at, Math.max(length, 0.1))}
              aria-label={`Position in: ${label}`}
              aria-valuetext={`${clock(at)} of ${clock(length)}`}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
              onChange={(event) => {
                const next = event.target.valueAsNumber
                setAt(next)
                if (audio.current && begun) audio.current.currentTime = next
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
          const { duration } = event.currentTarget
          if (Number.isFinite(duration)) setLength(duration)
          // Somebody chose a place before it was there.
          if (at > 0) event.currentTarget.currentTime = at
        }}
        onError={() => begun && setBroken(true)}
      />
    </div>
  )
}

/** The wave of what is in sight, or was asked for. */
function useWave(url: string, box: React.RefObject<HTMLElement | null>, asked: boolean): Wave | null {
  const [wave, setWave] = useState<Wave | null>(null)
  const isKnown = wave !== null
  useEffect(() => {
    const element = box.current
    if (isKnown || !element) return
    let gone = false
    const look = (most: number) => {
      void waveOf(url, most).then((found) => {
        if (found && !gone) setWave(found)
      })
    }
    if (asked) look(ASKED)
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting) || !isCheap()) return
      watcher.disconnect()
      // After everything that is read and seen.
      if ('requestIdleCallback' in window) requestIdleCallback(() => look(UNASKED), { timeout: 3000 })
      else look(UNASKED)
    })
    if (!asked) watcher.observe(element)
    return () => {
      gone = true
      watcher.disconnect()
    }
  }, [url, box, asked, isKnown])
  return wave
}

function Strip({ share, levels }: { share: number; levels: number[] | null }) {
  const id = useId()
  return (
    <>
      <svg aria-hidden="true" data-wave={levels ? 'heard' : 'unknown'} className="absolute inset-0 size-full" preserveAspectRatio="none" viewBox={levels ? `0 0 ${BARS * 4} 36` : undefined}>
        {levels ? (
          <>
            <rect y="3" width={share * BARS * 4} height="30" fill="var(--marker)" />
            {levels.map((level, bar) => {
              const height = Math.max(2, level * 32)
              const isHeard = (bar + 0.5) / BARS <= share
              return <rect key={bar} x={bar * 4 + 0.75} y={18 - height / 2} width="2.5" height={height} rx="1" fill={isHeard ? 'var(--on-marker)' : 'var(--line-strong)'} />
            })}
          </>
        ) : (
          <>
            <defs>
              <pattern id={`${id}s`} width="9" height="100%" patternUnits="userSpaceOnUse">
                <rect x="0" y="11" width="1.5" height="14" fill="var(--line-strong)" opacity=".55" />
              </pattern>
              <pattern id={`${id}l`} width="45" height="100%" patternUnits="userSpaceOnUse">
                <rect x="0" y="6" width="1.5" height="24" fill="var(--line-strong)" />
              </pattern>
            </defs>
            <rect y="8" width={`${share * 100}%`} height="20" fill="var(--marker)" />
            <rect width="100%" height="100%" fill={`url(#${id}s)`} />
            <rect width="100%" height="100%" fill={`url(#${id}l)`} />
          </>
        )}
      </svg>
      <span aria-hidden="true" className="absolute top-0 h-full w-0.5 bg-tally" style={{ left: `${share * 100}%` }} />
    </>
  )
}

import { pick, sized } from '@/lib/words'

const colours = ['var(--voice)', 'var(--words)', 'var(--direction)', 'var(--casting)']

/** The wide picture; whoever has none gets a few strokes of the marker, always the same ones. */
export function Banner({ url, name, className = '' }: { url?: string | null | undefined; name: string; className?: string }) {
  const address = sized(url, Math.min(window.innerWidth, 1100))
  const start = pick(name, colours.length)
  return (
    <div aria-hidden="true" className={`relative overflow-hidden bg-sunken ${className}`}>
      {address ? (
        <img src={address} alt="" fetchPriority="high" width={1100} height={275} className="size-full object-cover" />
      ) : (
        <svg viewBox="0 0 1100 275" preserveAspectRatio="xMidYMid slice" className="size-full">
          {[0, 1, 2, 3, 4].map((row) => {
            const seed = pick(`${name}${row}`, 97)
            const left = 40 + ((seed * 7) % 330)
            const width = 260 + ((seed * 13) % 480)
            return (
              <path
                key={row}
                d={`M${left} ${38 + row * 52} l${width} -7 v30 l-${width} 7z`}
                fill={colours[(start + row) % colours.length]}
                opacity={row === seed % 5 ? 1 : 0.72}
              />
            )
          })}
        </svg>
      )}
    </div>
  )
}

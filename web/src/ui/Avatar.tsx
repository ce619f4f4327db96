import { useState } from 'react'
import { initials, pick, sized } from '@/lib/words'
import { cx } from './cx'

const colours = ['bg-voice', 'bg-words', 'bg-direction', 'bg-casting']
const sizes = { xs: [28, 'size-7 text-[0.6875rem]'], s: [40, 'size-10 text-sm'], m: [48, 'size-12 text-base'], l: [80, 'size-20 text-2xl'], xl: [128, 'size-28 text-4xl sm:size-32'] } as const

interface Props {
  name: string
  url?: string | null | undefined
  size?: keyof typeof sizes
  className?: string
}

/** Decoration: the name always stands beside it. */
export function Avatar({ name, url, size = 's', className }: Props) {
  const [broken, setBroken] = useState<string | null>(null)
  const [pixels, dimension] = sizes[size]
  const address = sized(url, pixels)
  const colour = colours[pick(name, colours.length)]
  return (
    <span
      aria-hidden="true"
      className={cx('grid shrink-0 place-items-center overflow-hidden rounded-full font-display font-bold text-on-marker select-none', dimension, address && broken !== address ? 'bg-sunken' : colour, className)}
    >
      {address && broken !== address ? (
        <img src={address} alt="" width={pixels} height={pixels} loading="lazy" decoding="async" className="size-full object-cover" onError={() => setBroken(address)} />
      ) : (
        initials(name)
      )}
    </span>
  )
}

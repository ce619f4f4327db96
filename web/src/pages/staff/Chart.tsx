import { cx } from '@/ui/cx'

interface Props {
  /** Oldest first. */
  values: number[]
  /** How many there are room for. */
  room: number
  label: string
  tall?: boolean
}

/** How much waited lately: a line that ends now, at the right. */
export function Chart({ values, room, label, tall = false }: Props) {
  const top = Math.max(...values, 1)
  const [width, height] = [600, 100]
  const x = (index: number) => width - (values.length - 1 - index) * (width / (room - 1))
  const y = (value: number) => height - (value / top) * (height - 6)
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  const first = x(0).toFixed(1)
  return (
    <figure className="relative">
      <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className={cx('block w-full overflow-visible', tall ? 'h-44' : 'h-14')}>
        {tall && [0.25, 0.5, 0.75].map((share) => <line key={share} x1="0" x2={width} y1={height - share * (height - 6)} y2={height - share * (height - 6)} stroke="var(--line)" vectorEffect="non-scaling-stroke" />)}
        {points.length > 0 && <polygon points={`${first},${height} ${points.join(' ')} ${width},${height}`} fill="var(--marker)" opacity={0.55} />}
        {points.length > 0 && <polyline points={points.join(' ')} fill="none" stroke="var(--ink)" strokeWidth="1.75" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />}
        <line x1="0" x2={width} y1={height} y2={height} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
      </svg>
      {tall && (
        <p aria-hidden="true" className="pointer-events-none absolute top-0 left-0 rounded-br-md bg-surface pr-2 font-script text-xs text-ink-3">
          {top}
        </p>
      )}
    </figure>
  )
}

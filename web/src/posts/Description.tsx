import { ChevronRight } from 'lucide-react'

const SHORT = 180
const look = 'max-w-[68ch] text-sm whitespace-pre-wrap text-ink-2'

/** What is seen and heard, in words, below what plays. Long ones open when they are asked for. */
export function Description({ words }: { words: string | null }) {
  if (!words) return null
  if (words.length <= SHORT && !words.includes('\n')) return <figcaption className={look}>{words}</figcaption>
  return (
    <figcaption>
      <details className="group">
        <summary className="inline-flex min-h-8 items-center gap-1 rounded-md pr-1.5 text-sm font-semibold text-ink-2 hover:text-ink hover:underline">
          <ChevronRight aria-hidden="true" className="size-4 transition-transform group-open:rotate-90" />
          Description
        </summary>
        <p className={look}>{words}</p>
      </details>
    </figcaption>
  )
}

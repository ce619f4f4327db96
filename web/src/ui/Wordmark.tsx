export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={className}>
      <span className="relative inline-block font-display text-2xl leading-none font-extrabold tracking-[-0.04em] dark:text-on-marker">
        <span aria-hidden="true" className="absolute -inset-x-1.5 bottom-[0.02em] h-[0.5em] -skew-y-3 bg-marker dark:-bottom-[0.08em] dark:h-[1.12em]" />
        <span className="relative">Joint</span>
      </span>
    </span>
  )
}

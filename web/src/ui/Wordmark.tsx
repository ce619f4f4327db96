export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={className}>
      <span className="relative inline-block font-display text-2xl leading-none font-extrabold tracking-[-0.04em]">
        <span aria-hidden="true" className="absolute -inset-x-1.5 bottom-[0.02em] h-[0.5em] -skew-y-3 bg-marker" />
        <span className="relative dark:[text-shadow:0_0_4px_var(--paper)]">Joint</span>
      </span>
    </span>
  )
}

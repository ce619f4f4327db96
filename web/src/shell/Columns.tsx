import type { ReactNode } from 'react'

/** The page, and beside it, where there is room, what may be of interest as well. */
export function Columns({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mx-auto flex w-full max-w-6xl justify-center gap-8 sm:px-6 sm:pt-7 3xl:gap-12">
      <div className="w-full max-w-[43rem] min-w-0 3xl:max-w-[50rem]">{children}</div>
      {aside && (
        <aside aria-label="Also here" className="sticky top-7 grid w-72 shrink-0 content-start gap-5 self-start max-lg:hidden 3xl:w-80">
          {aside}
        </aside>
      )}
    </div>
  )
}

/** A sheet of paper: as wide as a phone, framed on a desk. */
export function Sheet({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <div className={`border-line bg-surface max-sm:border-y sm:rounded-2xl sm:border ${className}`}>{children}</div>
}

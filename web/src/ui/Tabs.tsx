import { createContext, use, useId, type KeyboardEvent, type ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useChosenInSight } from './useChosenInSight'

interface Tab {
  value: string
  label: string
  count?: number | undefined
}

interface Props {
  tabs: Tab[]
  label: string
  /** Where the chosen one stands in the address. */
  param?: string
  children: ReactNode
}

const Chosen = createContext({ id: '', value: '' })

/** How far a key leads in a row of so many, from where one is. */
const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/**
 * Tabs whose choice is part of the address, so that it can be shared and survives Back. As the ARIA practices describe
 * them: one stop of the keyboard, and arrows choose.
 */
export function Tabs({ tabs, label, param = 'tab', children }: Props) {
  const [search, setSearch] = useSearchParams()
  const id = useId()
  const first = tabs[0]?.value ?? ''
  const asked = search.get(param)
  const value = tabs.find((tab) => tab.value === asked)?.value ?? first
  const row = useChosenInSight<HTMLDivElement>(value)
  const choose = (next: string) =>
    setSearch(
      (now) => {
        const changed = new URLSearchParams(now)
        if (next === first) changed.delete(param)
        else changed.set(param, next)
        return changed
      },
      { replace: true, preventScrollReset: true },
    )
  const walk = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.value === value)
    const next = tabs[steps[event.key]?.(at, tabs.length) ?? -1]
    if (!next) return
    event.preventDefault()
    choose(next.value)
    document.getElementById(`${id}-tab-${next.value}`)?.focus()
  }
  return (
    <Chosen value={{ id, value }}>
      <div className="border-b border-line">
        <div ref={row} role="tablist" aria-label={label} className="flex gap-1 overflow-x-auto px-2 [scrollbar-width:none] sm:px-4">
          {tabs.map((tab) => {
            const isChosen = tab.value === value
            return (
              <button
                key={tab.value}
                id={`${id}-tab-${tab.value}`}
                type="button"
                role="tab"
                aria-selected={isChosen}
                aria-controls={isChosen ? `${id}-${tab.value}` : undefined}
                tabIndex={isChosen ? 0 : -1}
                onClick={() => choose(tab.value)}
                onKeyDown={walk}
                className="group relative min-h-12 shrink-0 rounded-md px-3 text-[0.9375rem] font-semibold text-ink-2 hover:text-ink aria-selected:text-ink focus-visible:-outline-offset-2"
              >
                {tab.label}
                {tab.count !== undefined && tab.count > 0 && <span className="ml-1.5 font-normal text-ink-3 tabular-nums">{tab.count}</span>}
                <span aria-hidden="true" className="absolute inset-x-2 bottom-0 hidden h-1.5 -skew-x-12 bg-marker group-aria-selected:block" />
                <span aria-hidden="true" className="absolute inset-x-2 bottom-0 hidden h-px bg-ink group-aria-selected:block" />
              </button>
            )
          })}
        </div>
      </div>
      {children}
    </Chosen>
  )
}

/** What belongs to a tab; there while that is chosen. */
export function Panel({ value, children }: { value: string; children: ReactNode }) {
  const chosen = use(Chosen)
  if (chosen.value !== value) return null
  return (
    <div id={`${chosen.id}-${value}`} role="tabpanel" tabIndex={-1} aria-labelledby={`${chosen.id}-tab-${value}`}>
      {children}
    </div>
  )
}

import type { MouseEvent, ReactNode } from 'react'
import { Tabs as Radix } from 'radix-ui'
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

/** A tab that is pressed is given the focus by the program, which the browser shows as if it was the keyboard's; the browser itself does not. */
function asByHand({ target }: MouseEvent<HTMLElement>) {
  const tab = target instanceof Element ? target.closest<HTMLElement>('[role=tab]') : null
  if (tab === document.activeElement) tab?.blur()
}

/** Tabs whose choice is part of the address, so that it can be shared and survives Back. */
export function Tabs({ tabs, label, param = 'tab', children }: Props) {
  const [search, setSearch] = useSearchParams()
  const first = tabs[0]?.value ?? ''
  const asked = search.get(param)
  const value = tabs.find((tab) => tab.value === asked)?.value ?? first
  const row = useChosenInSight<HTMLDivElement>(value)
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) =>
        setSearch(
          (now) => {
            const changed = new URLSearchParams(now)
            if (next === first) changed.delete(param)
            else changed.set(param, next)
            return changed
          },
          { replace: true, preventScrollReset: true },
        )
      }
    >
      <div className="border-b border-line">
        <Radix.List ref={row} aria-label={label} onMouseDown={asByHand} className="flex gap-1 overflow-x-auto px-2 [scrollbar-width:none] sm:px-4">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.value}
              value={tab.value}
              className="group relative min-h-12 shrink-0 rounded-md px-3 text-[0.9375rem] font-semibold text-ink-2 hover:text-ink data-[state=active]:text-ink focus-visible:-outline-offset-2"
            >
              {tab.label}
              {tab.count !== undefined && tab.count > 0 && <span className="ml-1.5 font-normal text-ink-3 tabular-nums">{tab.count}</span>}
              <span aria-hidden="true" className="absolute inset-x-2 bottom-0 hidden h-1.5 -skew-x-12 bg-marker group-data-[state=active]:block dark:bg-marker" />
              <span aria-hidden="true" className="absolute inset-x-2 bottom-0 hidden h-px bg-ink group-data-[state=active]:block" />
            </Radix.Trigger>
          ))}
        </Radix.List>
      </div>
      {children}
    </Radix.Root>
  )
}

export function Panel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Radix.Content value={value} tabIndex={-1}>
      {children}
    </Radix.Content>
  )
}

import { createContext, use, useCallback, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'

export type Choice = 'light' | 'dark' | 'system'

interface Theme {
  choice: Choice
  /** What that means on this device, now. */
  isDark: boolean
  choose: (choice: Choice) => void
  /** What the profile says, for a device on which nothing was chosen. */
  suggest: (theme: string) => void
}

const PLACE = 'joint.theme'
const Context = createContext<Theme>({ choice: 'system', isDark: false, choose: () => undefined, suggest: () => undefined })
const darkness = matchMedia('(prefers-color-scheme: dark)')

function watchDevice(changed: () => void): () => void {
  darkness.addEventListener('change', changed)
  return () => darkness.removeEventListener('change', changed)
}

function remembered(): Choice {
  try {
    const kept = localStorage.getItem(PLACE)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

function wasChosen(): boolean {
  try {
    return localStorage.getItem(PLACE) !== null
  } catch {
    return false
  }
}

function remember(choice: Choice): void {
  try {
    localStorage.setItem(PLACE, choice)
  } catch {
    // Then it is chosen for this page only.
  }
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(remembered)
  const isDarkThere = useSyncExternalStore(watchDevice, () => darkness.matches)
  const isDark = choice === 'dark' || (choice === 'system' && isDarkThere)

  useEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    // The browser's own edge; as in `public/first.js`.
    for (const edge of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) edge.content = isDark ? '#0f1113' : '#f5f6f2'
  }, [isDark])

  // Other tabs follow.
  useEffect(() => {
    const follow = (event: StorageEvent) => {
      if (event.key === PLACE) setChoice(remembered())
    }
    window.addEventListener('storage', follow)
    return () => window.removeEventListener('storage', follow)
  }, [])

  const choose = useCallback((next: Choice) => {
    remember(next)
    setChoice(next)
  }, [])

  const suggest = useCallback((theme: string) => {
    // Everybody's profile says "light" from the beginning: only "dark" was chosen by somebody.
    if (theme === 'dark' && !wasChosen()) setChoice('dark')
  }, [])

  const theme = useMemo(() => ({ choice, isDark, choose, suggest }), [choice, isDark, choose, suggest])
  return <Context value={theme}>{children}</Context>
}

export function useTheme(): Theme {
  return use(Context)
}

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'

export type Choice = 'light' | 'dark' | 'system'

interface Theme {
  choice: Choice
  choose: (choice: Choice) => void
  /** What the profile says, for a device on which nothing was chosen. */
  suggest: (theme: string) => void
}

const PLACE = 'joint.theme'
const Context = createContext<Theme>({ choice: 'system', choose: () => undefined, suggest: () => undefined })
const darkness = matchMedia('(prefers-color-scheme: dark)')

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

  useEffect(() => {
    const paint = () => {
      const dark = choice === 'dark' || (choice === 'system' && darkness.matches)
      document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
    }
    paint()
    darkness.addEventListener('change', paint)
    return () => darkness.removeEventListener('change', paint)
  }, [choice])

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

  const theme = useMemo(() => ({ choice, choose, suggest }), [choice, choose, suggest])
  return <Context value={theme}>{children}</Context>
}

export function useTheme(): Theme {
  return use(Context)
}

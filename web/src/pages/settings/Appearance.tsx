import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme, type Choice } from '@/theme/ThemeContext'
import { useChooseTheme } from '@/theme/useChooseTheme'
import { cx } from '@/ui/cx'
import { Card } from './Card'

const choices: { value: Choice; label: string; icon: typeof Sun }[] = [
  { value: 'system', label: 'System', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

export default function Appearance() {
  const { choice } = useTheme()
  const choose = useChooseTheme()
  return (
    <Card title="Appearance" lead="System follows the device. Light and dark are kept with your profile, for other devices you log in on.">
      <fieldset>
        <legend className="sr-only">Theme</legend>
        <div className="grid gap-3 xs:grid-cols-3">
          {choices.map(({ value, label, icon: Icon }) => (
            <label
              key={value}
              className={cx(
                'relative grid cursor-pointer gap-3 rounded-xl border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-link',
                choice === value ? 'border-ink ring-1 ring-ink' : 'border-line hover:border-line-strong',
              )}
            >
              <input
                type="radio"
                name="theme"
                value={value}
                checked={choice === value}
                className="sr-only"
                onChange={() => choose(value)}
              />
              <Picture value={value} />
              <span className="flex items-center gap-2 font-semibold">
                <Icon aria-hidden="true" className="size-4.5 shrink-0" />
                {label}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </Card>
  )
}

function Picture({ value }: { value: Choice }) {
  const half = (theme: 'light' | 'dark') => (
    <span data-theme={theme} className="flex-1 bg-paper p-2.5">
      <span className="block h-2 w-2/3 rounded-sm bg-marker" />
      <span className="mt-1.5 block h-1.5 rounded-sm bg-ink" />
      <span className="mt-1 block h-1.5 w-4/5 rounded-sm bg-ink-3" />
    </span>
  )
  return (
    <span aria-hidden="true" className="flex h-16 overflow-hidden rounded-lg border border-line">
      {value !== 'dark' && half('light')}
      {value !== 'light' && half('dark')}
    </span>
  )
}

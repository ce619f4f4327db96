import { useId, useState } from 'react'
import { X } from 'lucide-react'
import { box } from '@/ui/Field'
import { cx } from '@/ui/cx'

interface Props {
  label: string
  words: string[]
  most: number
  placeholder?: string
  error?: string | undefined
  onChange: (words: string[]) => void
}

/** A few words, added by Enter or a comma, each removed by its own button or by Backspace. */
export function WordsField({ label, words, most, placeholder, error, onChange }: Props) {
  const [typed, setTyped] = useState('')
  const id = useId()
  const add = (text: string) => {
    const more = text.split(',').map((word) => word.trim().slice(0, 40)).filter((word) => word !== '')
    const known = new Set(words.map((word) => word.toLowerCase()))
    onChange([...words, ...more.filter((word) => !known.has(word.toLowerCase()))].slice(0, most))
    setTyped('')
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-semibold">
        {label}
      </label>
      <div className={cx(box, 'flex flex-wrap items-center gap-1.5 py-1.5 has-[input:focus-visible]:border-link has-[input:focus-visible]:shadow-[0_0_0_3px_color-mix(in_oklab,var(--link)_28%,transparent)]')}>
        {words.map((word) => (
          <span key={word} className="inline-flex items-center rounded-md bg-sunken pl-2.5 text-[0.9375rem]">
            {word}
            <button type="button" aria-label={`Remove ${word}`} className="grid size-8 place-items-center rounded-md text-ink-3 hover:text-ink" onClick={() => onChange(words.filter((other) => other !== word))}>
              <X aria-hidden="true" className="size-4" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={typed}
          placeholder={words.length === 0 ? placeholder : undefined}
          aria-describedby={`${id}-hint`}
          disabled={words.length >= most}
          aria-invalid={error ? true : undefined}
          className="min-h-8 min-w-28 flex-1 bg-transparent placeholder:text-ink-3 focus-visible:outline-none"
          onChange={(event) => {
            if (event.target.value.includes(',')) add(event.target.value)
            else setTyped(event.target.value)
          }}
          onBlur={() => typed.trim() !== '' && add(typed)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              // Never the form: whoever pressed it once too often is not done yet.
              event.preventDefault()
              if (typed.trim() !== '') add(typed)
            } else if (event.key === 'Backspace' && typed === '') {
              onChange(words.slice(0, -1))
            }
          }}
        />
      </div>
      <p id={`${id}-hint`} className={cx('mt-1.5 text-sm', error ? 'font-medium text-danger' : 'text-ink-3')}>
        {error ?? 'Press Enter after each.'}
      </p>
    </div>
  )
}

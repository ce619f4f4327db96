import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { Search, X } from 'lucide-react'
import { useNavigate } from 'react-router'
import { Avatar } from '@/ui/Avatar'
import { IconButton } from '@/ui/Button'
import { cx } from '@/ui/cx'
import { useTypeAhead } from './hooks'

interface Props {
  query: string
  onSearch: (query: string) => void
}

/** A combobox as the ARIA practices describe it: what is typed stays, arrows walk through the people below. */
export function SearchBox({ query, onSearch }: Props) {
  const [typed, setTyped] = useState(query)
  const [shown, setShown] = useState(query)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const id = useId()
  const { data } = useTypeAhead(open ? typed : '')
  const people = open && typed.trim() !== '' ? (data ?? []).slice(0, 7) : []

  // Back and forward change the address: the box follows.
  if (query !== shown) {
    setShown(query)
    setTyped(query)
  }
  const close = () => {
    setOpen(false)
    setActive(-1)
  }
  const go = () => {
    const person = people[active]
    close()
    if (person) void navigate(`/u/${person.username}`)
    else onSearch(typed.trim())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      if (people.length > 0) event.preventDefault()
      close()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((now) => (people.length === 0 ? -1 : ((now + 1 + step + people.length + 1) % (people.length + 1)) - 1))
    }
  }

  return (
    // Leaving it closes the list.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      role="search"
      aria-label="Search Joint"
      className="relative"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <div className="relative">
        <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-ink-3" />
        <input
          ref={input}
          id={id}
          type="search"
          role="combobox"
          aria-label="Search people, posts and credits"
          aria-expanded={people.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          placeholder="A name, a voice, a title …"
          value={typed}
          className="min-h-13 w-full rounded-full border border-line-strong bg-surface pr-14 pl-12 text-[1.0625rem] placeholder:text-ink-3 [&::-webkit-search-cancel-button]:hidden"
          onFocus={() => setOpen(true)}
          onChange={(event) => {
            setTyped(event.target.value)
            setOpen(true)
            setActive(-1)
          }}
          onKeyDown={onKeyDown}
        />
        {typed !== '' && (
          <IconButton
            label="Clear"
            className="absolute top-1/2 right-2 -translate-y-1/2"
            onClick={() => {
              setTyped('')
              onSearch('')
              input.current?.focus()
            }}
          >
            <X aria-hidden="true" className="size-5" />
          </IconButton>
        )}
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People"
        className={cx('absolute inset-x-0 top-full z-30 mt-2 overflow-hidden rounded-2xl border border-line bg-raised py-1.5 shadow-lift', people.length === 0 && 'hidden')}
      >
        {people.map((person, index) => (
          // The box keeps the focus; arrows and Enter choose.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={person.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={cx('flex cursor-pointer items-center gap-3 px-4 py-2', index === active && 'bg-sunken')}
            onMouseDown={(event) => event.preventDefault()}
            // Not where it rests while the list appears below it.
            onMouseMove={() => setActive(index)}
            onClick={() => {
              close()
              void navigate(`/u/${person.username}`)
            }}
          >
            <Avatar name={person.displayName} url={person.avatarUrl} />
            <span className="min-w-0 leading-snug">
              <span className="block truncate font-semibold">{person.displayName}</span>
              <span className="block truncate text-sm text-ink-3">{person.title ?? `@${person.username}`}</span>
            </span>
          </div>
        ))}
      </div>
    </form>
  )
}

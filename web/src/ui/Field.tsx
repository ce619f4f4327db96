import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react'
import { CircleAlert } from 'lucide-react'
import { cx } from './cx'

export const box =
  'w-full rounded-[10px] border border-line-strong bg-surface px-3.5 text-ink placeholder:text-ink-3 transition-shadow focus-visible:outline-none focus-visible:border-link focus-visible:shadow-[0_0_0_3px_color-mix(in_oklab,var(--link)_28%,transparent)] aria-invalid:border-danger disabled:opacity-60'

interface Around {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  /** Shown at the label's right: how much there is of how much. */
  aside?: ReactNode
}

function useIds(hint: ReactNode, error: string | undefined) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return { id, described: described === '' ? undefined : described }
}

function Around({ id, label, hint, error, aside, children }: Around & { id: string; children: ReactNode }) {
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-semibold">
          {label}
        </label>
        {aside && <span className="text-xs text-ink-3 tabular-nums">{aside}</span>}
      </div>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-ink-3">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm font-medium text-danger">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </div>
  )
}

type InputProps = Around & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement>; trailing?: ReactNode }

export function TextField({ label, hint, error, aside, className, trailing, ...rest }: InputProps) {
  const { id, described } = useIds(hint, error)
  return (
    <Around {...{ id, label, hint, error, aside }}>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          className={cx(box, 'min-h-11', trailing ? 'pr-12' : false, className)}
          {...rest}
        />
        {trailing && <div className="absolute inset-y-0 right-1 grid place-items-center">{trailing}</div>}
      </div>
    </Around>
  )
}

type AreaProps = Around & TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }

export function AreaField({ label, hint, error, aside, className, ...rest }: AreaProps) {
  const { id, described } = useIds(hint, error)
  return (
    <Around {...{ id, label, hint, error, aside }}>
      <textarea
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described}
        className={cx(box, 'field-sizing-content max-h-96 min-h-28 py-2.5', className)}
        {...rest}
      />
    </Around>
  )
}

type SelectProps = Around & SelectHTMLAttributes<HTMLSelectElement>

export function SelectField({ label, hint, error, aside, className, children, ...rest }: SelectProps) {
  const { id, described } = useIds(hint, error)
  return (
    <Around {...{ id, label, hint, error, aside }}>
      <select id={id} aria-describedby={described} className={cx(box, 'min-h-11', className)} {...rest}>
        {children}
      </select>
    </Around>
  )
}

/** What is wrong with a form as a whole. Read aloud when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className={cx(children ? 'rounded-[10px] bg-danger-soft px-4 py-3 text-sm font-medium text-danger' : 'hidden')}>
      {children}
    </div>
  )
}

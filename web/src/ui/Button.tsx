import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Link, type LinkProps } from 'react-router'
import { cx } from './cx'

export type Look = 'primary' | 'plain' | 'quiet' | 'danger' | 'final'
type Size = 'small' | 'medium' | 'large'

const base =
  'inline-flex items-center justify-center gap-2 rounded-full font-semibold whitespace-nowrap select-none transition-[background-color,color,border-color,transform] duration-150 active:scale-[0.98] disabled:opacity-55 disabled:active:scale-100 aria-disabled:opacity-55'
const looks: Record<Look, string> = {
  primary: 'bg-primary text-on-primary hover:bg-primary-hover',
  plain: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  quiet: 'text-ink-2 hover:bg-sunken hover:text-ink',
  danger: 'border border-danger text-danger bg-surface hover:bg-danger-soft',
  /** The last step of what cannot be taken back. */
  final: 'bg-danger text-on-danger hover:bg-danger/85',
}
const sizes: Record<Size, string> = {
  small: 'min-h-9 px-3.5 text-sm',
  medium: 'min-h-11 px-5 text-[0.9375rem]',
  large: 'min-h-13 px-7 text-base',
}

export function looksLikeButton(look: Look = 'primary', size: Size = 'medium'): string {
  return cx(base, looks[look], sizes[size])
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  size?: Size
  /** Something is under way; pressing again does nothing. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ look = 'primary', size = 'medium', busy = false, className, children, type, onClick, ...rest }: Props) {
  return (
    <button
      type={type ?? 'button'}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      className={cx(looksLikeButton(look, size), className)}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}

export function ButtonLink({ look = 'primary', size = 'medium', className, ...rest }: LinkProps & { look?: Look; size?: Size; className?: string }) {
  return <Link className={cx(looksLikeButton(look, size), className)} {...rest} />
}

interface IconProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  label: string
  children: ReactNode
  ref?: Ref<HTMLButtonElement>
}

/** A button that shows a sign only; its label is read aloud and shown as a hint. */
export function IconButton({ label, children, className, ...rest }: IconProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-grid size-10 shrink-0 place-items-center rounded-full text-ink-2 transition-colors hover:bg-sunken hover:text-ink disabled:opacity-50',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  )
}

export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx('inline-block size-[1.1em] animate-spin rounded-full border-2 border-current border-r-transparent', className)}
    />
  )
}

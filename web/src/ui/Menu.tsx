import { cloneElement, lazy, useState, type ComponentType, type ReactElement, type ReactNode } from 'react'
import { later } from './later'

export interface MenuProps {
  /** A button. */
  trigger: ReactElement<Record<string, unknown>>
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom'
}

const menus = () => import('./RadixMenu')
const Radix = later<MenuProps & { onClose: () => void }>(menus)

/** They stand in a menu, so it is there by then. */
function part<P extends object>(pick: (module: Awaited<ReturnType<typeof menus>>) => ComponentType<P>) {
  return lazy(async () => ({ default: pick(await menus()) }))
}

/** A menu behind a button. What it is made of is fetched when somebody comes near, as most pages are left without one. */
export function Menu(props: MenuProps) {
  const [asked, setAsked] = useState(false)
  // Whether it comes is seen when the button is pressed.
  const near = () => void menus().catch(() => undefined)
  const button = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: near,
    onFocus: near,
    onClick: () => setAsked(true),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      setAsked(true)
    },
  })
  if (!asked) return button
  return <Radix {...props} fallback={button} onClose={() => setAsked(false)} />
}

export const MenuItem = part((module) => module.RadixItem)
export const MenuLink = part((module) => module.RadixLink)
export const MenuLine = part((module) => module.RadixLine)

import type { ReactNode } from 'react'
import { DropdownMenu } from 'radix-ui'
import { Link } from 'react-router'
import type { MenuProps } from './Menu'
import { cx } from './cx'
import { leaveMenu } from './focus'

/** Open from the start: it comes when its button was pressed. Not modal: that would inject a style sheet. */
export default function RadixMenu({ trigger, children, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 min-w-52 rounded-xl border border-line bg-raised p-1.5 text-[0.9375rem] shadow-lift animate-fade"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const item = 'flex min-h-10 w-full items-center gap-3 rounded-lg px-3 outline-none select-none cursor-pointer data-highlighted:bg-sunken'

interface ItemProps {
  icon?: ReactNode
  children: ReactNode
}

export function RadixItem({ icon, children, onSelect, danger = false }: ItemProps & { onSelect: () => void; danger?: boolean }) {
  return (
    <DropdownMenu.Item
      className={cx(item, danger && 'text-danger')}
      onSelect={(event) => {
        if (event.currentTarget instanceof Element) leaveMenu(event.currentTarget)
        onSelect()
      }}
    >
      <span className="grid w-5 place-items-center">{icon}</span>
      {children}
    </DropdownMenu.Item>
  )
}

export function RadixLink({ icon, children, to }: ItemProps & { to: string }) {
  return (
    <DropdownMenu.Item asChild>
      <Link to={to} className={item}>
        <span className="grid w-5 place-items-center">{icon}</span>
        {children}
      </Link>
    </DropdownMenu.Item>
  )
}

export function RadixLine() {
  return <DropdownMenu.Separator className="mx-2 my-1.5 h-px bg-line" />
}

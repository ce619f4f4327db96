/**
 * Where the focus goes back to after a dialog that an entry of a menu has opened: the entry is gone by then, so it is the
 * button of its menu.
 */
let button: HTMLElement | null = null

/** An entry of a menu was chosen. */
export function leaveMenu(entry: Element): void {
  const id = entry.closest('[role=menu]')?.getAttribute('aria-labelledby')
  button = id ? document.getElementById(id) : null
}

/** A dialog was closed. Where the browser found nothing to give the focus back to, it was opened from a menu. */
export function giveBackFocus(dialog: HTMLElement): void {
  const { activeElement } = document
  if (activeElement === null || activeElement === document.body || dialog.contains(activeElement)) button?.focus()
  button = null
}

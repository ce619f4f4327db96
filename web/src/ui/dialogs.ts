/**
 * Which dialogs are open, the last one on top. All that is outside of it is out of reach and behind it: what is to be seen
 * and heard meanwhile has to be inside.
 */
let open: readonly HTMLElement[] = []
const listeners = new Set<() => void>()

function set(all: readonly HTMLElement[]): void {
  open = all
  for (const listener of listeners) listener()
}

export const dialogs = {
  opened: (dialog: HTMLElement) => set([...open, dialog]),
  closed: (dialog: HTMLElement) => set(open.filter((one) => one !== dialog)),
  top: (): HTMLElement | null => open.at(-1) ?? null,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

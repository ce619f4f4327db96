/** Between logging out and the first page of a visitor: whoever leaves a page for members does not want to go on with it. */
let leavesFor: string | null = null

/** Where the way leads; `null` when nobody is leaving. */
export const wayOut = (): string | null => leavesFor

export function beginLeaving(to = '/'): void {
  leavesFor = location.pathname === to ? null : to
}

export function hasLeft(): void {
  leavesFor = null
}

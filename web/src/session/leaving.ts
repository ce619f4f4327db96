/** Between logging out and the first page of a visitor: whoever logs out on a page for members does not want to go on with it. */
let leaving = false

export const isLeaving = (): boolean => leaving

export function beginLeaving(): void {
  leaving = location.pathname !== '/'
}

export function hasLeft(): void {
  leaving = false
}

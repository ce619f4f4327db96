/** What is there before anything is there: room, so that nothing jumps. */
export function First() {
  return <div className="min-h-dvh" aria-busy="true" />
}

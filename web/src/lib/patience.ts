/** Seconds between one try and the next; the last one from then on. */
const PAUSES = [1, 2, 4, 8, 15, 30] as const

/** Milliseconds, some more for some: at once would be at the same moment as everybody else. */
export const spread = (seconds: number): number => seconds * 1000 * (1 + Math.random() * 0.2)

/** Milliseconds until the next try, when so many have failed: as long as was asked for, else longer each time. */
export function untilNext(failed: number, asked: number | null): number {
  const at = Math.min(failed, PAUSES.length) - 1
  return spread(asked ?? PAUSES[Math.max(at, 0)] ?? 30)
}

export const HOUR_MS = 3_600_000

/** The first millisecond of the hour (UTC) that a time falls into. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS
}

import { bytes, grouped } from '../../text/numbers.ts'

/** How far a piece of work is. */
export interface Amount {
  note: string
  done?: number | undefined
  total?: number | undefined
  perSecond?: number | undefined
}

/** A number of what is counted, with its unit where the number itself has one. */
export function numberOf(note: string): (value: number) => string {
  return note === 'bytes' ? bytes : (value) => grouped(Math.round(value))
}

/** How fast it goes and how long it may still take, as far as that is known: `340 MB/s`, `28 s left`. */
export function speedOf({ note, done = 0, total, perSecond }: Amount): string[] {
  if (!perSecond) return []
  const speed = note === 'bytes' ? [`${bytes(Math.round(perSecond))}/s`] : []
  return total === undefined || done >= total ? speed : [...speed, `${timeText((total - done) / perSecond)} left`]
}

/** `28 s`, `12 min`. */
function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 100 ? `${whole} s` : `${grouped(Math.round(whole / 60))} min`
}

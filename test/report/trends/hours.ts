import type { Row } from '../../../src/report/model.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import type { Random } from '../../../src/sandbox/traffic/random.ts'
import { row } from '../../support/report-rows.ts'

const DAY_CURVE = [2, 1, 1, 1, 1, 2, 4, 8, 13, 16, 17, 16, 12, 15, 17, 16, 14, 11, 8, 6, 5, 4, 3, 2]
const WEEK_CURVE = [0.25, 1.25, 1.35, 1.35, 1.3, 1.15, 0.35]

/** How busy an hour usually is: 1 on the average of a week. */
export function busyness(start: number): number {
  const at = new Date(start)
  return ((DAY_CURVE[at.getUTCHours()] ?? 0) * (WEEK_CURVE[at.getUTCDay()] ?? 0)) / 8.125
}

export interface HoursOptions {
  model: string
  start: number
  end: number
  /** Calls an hour on the average of a week. */
  perHour: number
  /** How much hours differ besides, of 1. */
  noise?: number
  /** What one hour has so many times of. */
  change?(start: number): { calls?: number; output?: number }
}

/** Hours of calls of a few thousand tokens each, with a long tail. */
export function hoursOf(random: Random, { model, start, end, perHour, noise = 0.1, change }: HoursOptions): Row[] {
  return Array.from({ length: (end - start) / HOUR_MS }, (_, index): Row => {
    const at = start + index * HOUR_MS
    const { calls = 1, output = 1 } = change?.(at) ?? {}
    const wanders = random.logNormal(1e6, noise) / 1e6
    const invocations = random.poisson(perHour * busyness(at) * wanders * calls)
    let [inputTokens, outputTokens] = [0, 0]
    for (let call = 0; call < invocations; call++) {
      inputTokens += random.logNormal(20_000, 0.8)
      outputTokens += random.logNormal(4_000, 0.7) * output
    }
    return row(model, { invocations, inputTokens, outputTokens }, { start: at })
  })
}

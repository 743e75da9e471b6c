import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { GroupPercentiles, Percentiles, Row } from '../../model.ts'
import { type TimeRun, timeKeys, timeRuns } from '../../time-runs.ts'
import type { Question } from '../source.ts'
import { type Answers, getData } from './get-data.ts'
import { TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import { percentileQuery, STATS, unavailable } from './percentiles.ts'
import { granularityMs } from './retention.ts'

const NONE: Percentiles = { p50: null, p90: null, p99: null }

/**
 * The percentiles of each hour or day, for each model and for all together: a period as long as the slot has them ready-made.
 * Those of all together are left out where the account's metric has other samples than the models'.
 * @param sums with the account's samples by slots of an hour
 * @returns with `model` and `hour` or `day` as keys, those of all together without `model`
 */
export async function readSlotPercentiles(
  cx: AwsContext,
  models: readonly string[],
  { window, by, timeZone = 'UTC' }: Question,
  { sums, rows }: { sums: Answers; rows: readonly Row[] },
): Promise<{ percentiles: GroupPercentiles[]; warnings: Warning[] }> {
  const step = granularityMs(window.start, cx.clock.now())
  // Points of half an hour are no longer kept of a day that is longer by one.
  const runs = timeRuns(window, by, timeZone).filter(({ slotMs }) => slotMs % step === 0)
  const about = [...models, undefined]
  const queries = about.flatMap((model) =>
    TIMING_NAMES.flatMap((name) => STATS.map((stat) => percentileQuery(model, name, stat))),
  )
  const read = await Promise.all(
    runs.map(async (run) => ({
      run,
      answers: await getData(cx, queries, run.window, run.slotMs / 1000, unavailable),
    })),
  )
  const percentiles = read.flatMap(({ run, answers }) => {
    const isWhole = wholeSlots(run, sums, rows)
    return about.flatMap((model) => {
      const of = Object.fromEntries(TIMING_NAMES.map((name) => [name, percentilesOf(answers, model, name)]))
      return slotsOf(run).flatMap((start): GroupPercentiles[] => {
        const at = (name: TimingName) =>
          (model !== undefined || isWhole(name, start) ? of[name]?.(start) : undefined) ?? NONE
        const [latency, timeToFirstToken] = [at('latency'), at('timeToFirstToken')]
        if (latency.p50 === null && timeToFirstToken.p50 === null) return []
        const key = { ...(model !== undefined && { model }), ...timeKeys(by, start, timeZone) }
        return [{ key, latency, timeToFirstToken }]
      })
    })
  })
  return { percentiles, warnings: read.flatMap(({ answers }) => answers.warnings) }
}

function slotsOf({ window, slotMs }: TimeRun): number[] {
  const count = Math.ceil((window.end - window.start) / slotMs)
  return Array.from({ length: count }, (_, index) => window.start + index * slotMs)
}

function percentilesOf(answers: Answers, model: string | undefined, name: TimingName) {
  const points = (stat: (typeof STATS)[number]) =>
    new Map(answers.points(percentileQuery(model, name, stat)).map(({ time, value }) => [time, value]))
  const [p50, p90, p99] = [points('p50'), points('p90'), points('p99')]
  return (start: number): Percentiles => ({
    p50: p50.get(start) ?? null,
    p90: p90.get(start) ?? null,
    p99: p99.get(start) ?? null,
  })
}

/** Tells whether the account's metric has exactly the samples of the models' in the slot of a run that begins at a moment. */
function wholeSlots({ window, slotMs }: TimeRun, sums: Answers, rows: readonly Row[]) {
  const bySlot = (samples: readonly { time: number; value: number }[]) => {
    const counts = new Map<number, number>()
    for (const { time, value } of samples) {
      const start = window.start + Math.floor((time - window.start) / slotMs) * slotMs
      counts.set(start, (counts.get(start) ?? 0) + value)
    }
    return counts
  }
  const counted = TIMING_NAMES.map((name) => {
    const account = sums.points({ model: undefined, metric: TIMING_METRICS[name], stat: 'SampleCount' })
    const models = rows.map((row) => ({ time: row.start, value: row[name].samples }))
    return [name, { account: bySlot(account), models: bySlot(models) }] as const
  })
  const known = new Map(counted)
  return (name: TimingName, start: number): boolean => {
    const account = known.get(name)?.account.get(start) ?? 0
    return account > 0 && account === known.get(name)?.models.get(start)
  }
}

import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import { type TimeRun, timeKeys, timeRuns } from '../../calendar.ts'
import type { GroupPercentiles, Percentiles } from '../../model.ts'
import { slotStarts } from '../../window.ts'
import { NO_PERCENTILES } from '../percentiles.ts'
import type { Question } from '../source.ts'
import { type Answers, getData } from './get-data.ts'
import { TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import { tellsModelsApart } from './parts.ts'
import { percentileQuery, STATS, unavailable } from './percentiles.ts'
import { granularityMs } from './retention.ts'

/**
 * The percentiles of each hour or day, for each model and for all together: a period as long as the slot has them ready-made.
 * Those of all together are left out where the account's metric has other samples than the models'. Where the models need
 * not be told apart, only those are asked about that were alone in such a slot.
 * @param sums with the samples of account and models by slots of an hour
 * @returns with `model` and `hour` or `day` as keys, those of all together without `model`
 */
export async function readSlotPercentiles(
  cx: AwsContext,
  models: readonly string[],
  { window, by, timeZone = 'UTC' }: Question,
  sums: Answers,
  withAccount = true,
): Promise<{ percentiles: GroupPercentiles[]; incomplete: boolean; warnings: Warning[] }> {
  const step = granularityMs(window.start, cx.clock.now())
  // Points of half an hour are no longer kept of a day that is longer by one, or begins at one.
  const isKept = (run: TimeRun) => run.slotMs % step === 0 && run.window.start % step === 0
  const runs = timeRuns(window, by, timeZone).filter(isKept)
  const read = await Promise.all(
    runs.map(async (run) => {
      const samples = slotSamples(run, models, sums)
      const about = [...(tellsModelsApart(by) ? models : aloneIn(samples)), ...(withAccount ? [undefined] : [])]
      const queries = about.flatMap((model) =>
        TIMING_NAMES.flatMap((name) => STATS.map((stat) => percentileQuery(model, name, stat))),
      )
      return { run, samples, about, answers: await getData(cx, queries, run.window, run.slotMs / 1000, unavailable) }
    }),
  )
  const percentiles = read.flatMap(({ run, samples, about, answers }) => {
    const starts = slotStarts(run.window, run.slotMs)
    const keys = starts.map((start) => timeKeys(by, start, timeZone))
    return about.flatMap((model) => {
      const of = {
        latency: bySlot(answers, model, 'latency'),
        timeToFirstToken: bySlot(answers, model, 'timeToFirstToken'),
      }
      return starts.flatMap((start, slot): GroupPercentiles[] => {
        const at = (name: TimingName) =>
          (model !== undefined || samples[name].isWhole(slot) ? of[name](start) : undefined) ?? NO_PERCENTILES
        const [latency, timeToFirstToken] = [at('latency'), at('timeToFirstToken')]
        if (latency.p50 === null && timeToFirstToken.p50 === null) return []
        return [{ key: { ...(model !== undefined && { model }), ...keys[slot] }, latency, timeToFirstToken }]
      })
    })
  })
  return {
    percentiles,
    incomplete: read.some(({ answers }) => answers.incomplete),
    warnings: read.flatMap(({ answers }) => answers.warnings),
  }
}

function aloneIn(samples: Record<TimingName, SlotSamples>): string[] {
  return [...new Set(TIMING_NAMES.flatMap((name) => samples[name].alone()))].sort()
}

function bySlot(answers: Answers, model: string | undefined, name: TimingName) {
  const points = (stat: (typeof STATS)[number]) => {
    const { times, values } = answers.series(percentileQuery(model, name, stat))
    const slots = new Map<number, number>()
    times.forEach((time, index) => {
      slots.set(time, values[index] ?? 0)
    })
    return slots
  }
  const [p50, p90, p99] = [points('p50'), points('p90'), points('p99')]
  return (start: number): Percentiles => ({
    p50: p50.get(start) ?? null,
    p90: p90.get(start) ?? null,
    p99: p99.get(start) ?? null,
  })
}

/** Who had samples of a duration in the slots of a run, which are numbered from 0. */
export interface SlotSamples {
  /** Whether the account's metric has exactly the samples of the models'. */
  isWhole(slot: number): boolean
  /** The models that alone had any in a slot of which the account's metric has others. */
  alone(): string[]
}

/** @param sums with the samples of account and models by slots of an hour */
function slotSamples(run: TimeRun, models: readonly string[], sums: Answers): Record<TimingName, SlotSamples> {
  const found = TIMING_NAMES.map((name) => [name, samplesOf(run, models, sums, TIMING_METRICS[name])] as const)
  return Object.fromEntries(found) as Record<TimingName, SlotSamples>
}

function samplesOf({ window, slotMs }: TimeRun, models: readonly string[], sums: Answers, metric: string): SlotSamples {
  const count = Math.ceil((window.end - window.start) / slotMs)
  const account = new Float64Array(count)
  const together = new Float64Array(count)
  /** How many models had samples; the last of them, by its place. */
  const callers = new Uint32Array(count)
  const last = new Int32Array(count).fill(-1)
  const each = (model: string | undefined, visit: (slot: number, value: number) => void) => {
    const { times, values } = sums.series({ model, metric, stat: 'SampleCount' })
    for (let index = 0; index < times.length; index++) {
      visit(Math.floor(((times[index] ?? 0) - window.start) / slotMs), values[index] ?? 0)
    }
  }
  const add = (slots: Float64Array, slot: number, value: number) => {
    slots[slot] = (slots[slot] ?? 0) + value
  }
  each(undefined, (slot, value) => add(account, slot, value))
  models.forEach((model, place) => {
    each(model, (slot, value) => {
      if (value <= 0) return
      add(together, slot, value)
      if (last[slot] !== place) callers[slot] = (callers[slot] ?? 0) + 1
      last[slot] = place
    })
  })
  const isWhole = (slot: number) => (account[slot] ?? 0) > 0 && account[slot] === together[slot]
  return {
    isWhole,
    alone() {
      const places = new Set(last.filter((_, slot) => callers[slot] === 1 && !isWhole(slot)))
      return models.filter((_, place) => places.has(place))
    },
  }
}

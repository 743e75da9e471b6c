import type { TimeRun } from '../../calendar.ts'
import type { Answers } from './get-data.ts'
import { TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'

/** Who had samples of a duration in the slots of a run, which are numbered from 0. */
export interface SlotSamples {
  /** Whether the account's metric has exactly the samples of the models'. */
  isWhole(slot: number): boolean
  /** The models that alone had any in a slot of which the account's metric has others. */
  alone(): string[]
}

/** @param sums with the samples of account and models by slots of an hour */
export function slotSamples(run: TimeRun, models: readonly string[], sums: Answers): Record<TimingName, SlotSamples> {
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

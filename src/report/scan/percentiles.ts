import { groupKeys } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'
import { nearestRank, Samples } from './samples.ts'

/** The samples of one combination of dimensions; where they are kept by slot, of the one that begins at `start`. */
export interface SampledGroup {
  dimensions: Dimensions
  start: number
  latency: Samples
  timeToFirstToken: Samples
}

/** Exact percentiles of everything (the empty key), and of every group by `by`, with the hours and days of a zone. */
export function groupPercentiles(
  groups: readonly SampledGroup[],
  by: readonly string[],
  zone: string,
): GroupPercentiles[] {
  const keyOf = groupKeys(by, zone)
  const parts = new Map<string, { key: GroupKey; groups: SampledGroup[] }>([['', { key: {}, groups: [...groups] }]])
  for (const group of by.length === 0 ? [] : groups) {
    const key = keyOf(group)
    const id = JSON.stringify(Object.values(key))
    const part = parts.get(id)
    if (part) part.groups.push(group)
    else parts.set(id, { key, groups: [group] })
  }
  return [...parts.values()].map((part) => ({
    key: part.key,
    latency: percentilesOf(part.groups.map(({ latency }) => latency)),
    timeToFirstToken: percentilesOf(part.groups.map(({ timeToFirstToken }) => timeToFirstToken)),
  }))
}

function percentilesOf(samples: readonly Samples[]): Percentiles {
  const all = new Samples(samples.reduce((length, { values }) => length + values.length, 0))
  for (const { values } of samples) all.pushAll(values)
  const sorted = all.values.sort()
  return { p50: nearestRank(sorted, 50), p90: nearestRank(sorted, 90), p99: nearestRank(sorted, 99) }
}

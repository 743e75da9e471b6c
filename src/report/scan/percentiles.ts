import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'
import { nearestRank, Samples } from './samples.ts'

/** The samples of one combination of dimensions. */
export interface SampledGroup {
  dimensions: Dimensions
  latency: Samples
  timeToFirstToken: Samples
}

/** Exact percentiles of everything (the empty key), and of every group by `by`. */
export function groupPercentiles(groups: readonly SampledGroup[], by: readonly string[]): GroupPercentiles[] {
  const parts = new Map<string, { key: GroupKey; groups: SampledGroup[] }>([['', { key: {}, groups: [...groups] }]])
  for (const group of by.length === 0 ? [] : groups) {
    const key = Object.fromEntries(by.map((name) => [name, group.dimensions[name] ?? '']))
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

import type { Warning } from '../../core/events.ts'
import { isTimeGrouping } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'

export interface Timed {
  samples: number
  percentiles: Percentiles | undefined
}

export interface TimedPart {
  dimensions: Dimensions
  latency: Timed
  timeToFirstToken: Timed
}

type Timing = 'latency' | 'timeToFirstToken'

export const NO_PERCENTILES: Percentiles = { p50: null, p90: null, p99: null }

type Wholes = ReadonlyMap<string, Pick<TimedPart, Timing>>

export function placeOf({ account, region, ...others }: Dimensions, times: readonly string[] = []): string {
  return JSON.stringify([account, region, ...times.map((name) => others[name] ?? '')])
}

/** Percentiles do not add up: a group has some where its samples are of one part, or all those of one place. */
export function joinPercentiles(
  parts: readonly TimedPart[],
  wholes: Wholes,
  by: readonly string[],
): { percentiles: GroupPercentiles[]; warnings: Warning[] } {
  const times = by.filter(isTimeGrouping)
  const counts = new Map<string, Map<string, number>>()
  const sampledAt = (timing: Timing, at: readonly string[]) => {
    const id = `${timing} ${at.length}`
    const known = counts.get(id) ?? countsByPlace(parts, timing, at)
    counts.set(id, known)
    return known
  }
  let unknown = false
  const join = (members: readonly TimedPart[], timing: Timing, at: readonly string[]): Percentiles => {
    const sampled = members.filter((part) => part[timing].samples > 0)
    const [first, ...others] = sampled
    if (first === undefined) return NO_PERCENTILES
    if (others.length === 0 && first[timing].percentiles) return first[timing].percentiles
    const place = placeOf(first.dimensions, at)
    const isOfPlace = others.every((part) => placeOf(part.dimensions, at) === place)
    const isWhole = isOfPlace && sampled.length === sampledAt(timing, at).get(place)
    const known = isWhole ? wholes.get(place)?.[timing].percentiles : undefined
    unknown ||= known === undefined
    return known ?? NO_PERCENTILES
  }
  const group = (key: GroupKey, members: readonly TimedPart[], at: readonly string[]): GroupPercentiles => ({
    key,
    latency: join(members, 'latency', at),
    timeToFirstToken: join(members, 'timeToFirstToken', at),
  })
  const groups = new Map<string, { key: GroupKey; members: TimedPart[] }>()
  for (const part of by.length === 0 ? [] : parts) {
    const key = Object.fromEntries(by.map((name) => [name, part.dimensions[name] ?? '']))
    const id = JSON.stringify(Object.values(key))
    const known = groups.get(id) ?? { key, members: [] }
    groups.set(id, known)
    known.members.push(part)
  }
  const percentiles = [group({}, parts, []), ...Array.from(groups.values(), (of) => group(of.key, of.members, times))]
  return { percentiles, warnings: unknown ? [NOT_JOINED] : [] }
}

export const NOT_JOINED: Warning = {
  code: 'percentiles-not-joined',
  message: 'percentiles across several models or Regions are left out: percentiles of single ones cannot be combined',
}

function countsByPlace(parts: readonly TimedPart[], timing: Timing, times: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const part of parts.filter((one) => one[timing].samples > 0)) {
    const place = placeOf(part.dimensions, times)
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return counts
}

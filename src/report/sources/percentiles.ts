import type { Warning } from '../../core/events.ts'
import { grouped } from '../arrange.ts'
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
  const counts = new Map<string, ReadonlyMap<string, readonly TimedPart[]>>()
  const sampledAt = (timing: Timing, at: readonly string[]) => {
    const id = `${timing} ${at.length}`
    const sampled = () => parts.filter((part) => part[timing].samples > 0)
    const known = counts.get(id) ?? grouped(sampled(), ({ dimensions }) => placeOf(dimensions, at))
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
    const isWhole = isOfPlace && sampled.length === sampledAt(timing, at).get(place)?.length
    const known = isWhole ? wholes.get(place)?.[timing].percentiles : undefined
    unknown ||= known === undefined
    return known ?? NO_PERCENTILES
  }
  const group = (key: GroupKey, members: readonly TimedPart[], at: readonly string[]): GroupPercentiles => ({
    key,
    latency: join(members, 'latency', at),
    timeToFirstToken: join(members, 'timeToFirstToken', at),
  })
  const keyOf = ({ dimensions }: TimedPart) => Object.fromEntries(by.map((name) => [name, dimensions[name] ?? '']))
  const groups = grouped(by.length === 0 ? [] : parts, (part) => JSON.stringify(keyOf(part)))
  const percentiles = [group({}, parts, []), ...Array.from(groups.values(), (of) => group(keyOf(of[0]), of, times))]
  return { percentiles, warnings: unknown ? [NOT_JOINED] : [] }
}

export const NOT_JOINED: Warning = {
  code: 'percentiles-not-joined',
  message: 'percentiles across several models or Regions are left out: percentiles of single ones cannot be combined',
}

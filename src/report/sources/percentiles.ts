import type { Warning } from '../../core/events.ts'
import { isTimeGrouping } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Percentiles } from '../model.ts'

/** The percentiles of one of two durations, and of how many samples they are. */
export interface Timed {
  samples: number
  percentiles: Percentiles
}

/** Percentiles that the source gives ready-made: of one combination of dimensions in one Region, or of all of a Region. */
export interface TimedPart {
  dimensions: Dimensions
  latency: Timed
  timeToFirstToken: Timed
}

type Timing = 'latency' | 'timeToFirstToken'

export const NO_PERCENTILES: Percentiles = { p50: null, p90: null, p99: null }

/**
 * The percentiles of each group and of everything, as far as they can be told: percentiles do not add up, so a group has
 * some only where all its samples are of one part, or are all the samples of one Region.
 * @param wholes by Region
 */
export function joinPercentiles(
  parts: readonly TimedPart[],
  wholes: ReadonlyMap<string, Pick<TimedPart, Timing>>,
  by: readonly string[],
): { percentiles: GroupPercentiles[]; warnings: Warning[] } {
  let unknown = false
  const join = (members: readonly TimedPart[], timing: Timing): Percentiles => {
    const known = joined(members, parts, wholes, timing)
    unknown ||= known === undefined
    return known ?? NO_PERCENTILES
  }
  const group = (key: GroupKey, members: readonly TimedPart[]): GroupPercentiles => ({
    key,
    latency: join(members, 'latency'),
    timeToFirstToken: join(members, 'timeToFirstToken'),
  })
  const percentiles = [group({}, parts)]
  if (by.some(isTimeGrouping)) return { percentiles, warnings: [...(unknown ? [NOT_JOINED] : []), NOT_BY_TIME] }
  for (const { key, members } of grouped(parts, by)) percentiles.push(group(key, members))
  return { percentiles, warnings: unknown ? [NOT_JOINED] : [] }
}

const NOT_JOINED: Warning = {
  code: 'percentiles-not-joined',
  message:
    'percentiles of several models or Regions together are left out where this source tells them for each alone: they do not add up',
}

/** What a scan, which keeps every sample, tells as well: no source has percentiles by time. */
export const NOT_BY_TIME: Warning = {
  code: 'percentiles-not-by-time',
  message: 'percentiles are told for the window as a whole, not by hour or day',
}

function joined(
  members: readonly TimedPart[],
  parts: readonly TimedPart[],
  wholes: ReadonlyMap<string, Pick<TimedPart, Timing>>,
  timing: Timing,
): Percentiles | undefined {
  const sampled = members.filter((part) => part[timing].samples > 0)
  const [first, ...others] = sampled
  if (first === undefined) return NO_PERCENTILES
  if (others.length === 0) return first[timing].percentiles
  const { region } = first.dimensions
  const ofRegion = parts.filter((part) => part.dimensions.region === region && part[timing].samples > 0)
  const isWhole = sampled.length === ofRegion.length && others.every((part) => part.dimensions.region === region)
  return isWhole ? wholes.get(region)?.[timing].percentiles : undefined
}

function grouped(parts: readonly TimedPart[], by: readonly string[]): { key: GroupKey; members: TimedPart[] }[] {
  const groups = new Map<string, { key: GroupKey; members: TimedPart[] }>()
  for (const part of by.length === 0 ? [] : parts) {
    const key = Object.fromEntries(by.map((name) => [name, part.dimensions[name] ?? '']))
    const id = JSON.stringify(Object.values(key))
    const known = groups.get(id)
    if (known) known.members.push(part)
    else groups.set(id, { key, members: [part] })
  }
  return [...groups.values()]
}

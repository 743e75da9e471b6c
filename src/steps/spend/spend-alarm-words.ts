import type { Warning } from '../../core/events.ts'
import type { ModelInUse, TokenKind } from '../use/in-use.ts'
import { type Grouping, restOf, spendOf, spreadOf } from './spend-alarm-grouping.ts'
import { costOf, isOfEveryModel, POOLS, type Share, sharesOf } from './spend-alarm-pools.ts'

/** An alarm's description takes so many characters. */
const LONGEST = 1_024
const MOST_NAMED = 3

const KINDS: Readonly<Record<TokenKind, string>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache read',
  cacheWrite: 'cache write',
}

/** What an alarm leaves out or does not count at its own price, by the models' ids. */
interface Gaps {
  /** Cache tokens that are not counted, with the dollars of two weeks. */
  cache: { ids: string[]; usd: number }
  /** Without a price; marked where that is so of the cache alone. */
  unpriced: string[]
  /** Counted at the average price of the rest, and the dollars of two weeks that this counts some too dear. */
  average: { ids: string[]; usd: number }
}

/** The part of the description that hangs on the alarm alone: at most 500 characters. */
export function headline(threshold: number, { exact, rest }: Grouping): string {
  const prices = POOLS.flatMap(({ metric, kind }) => {
    const price = rest[metric]
    return price === undefined ? [] : [`$${price} (${KINDS[kind]})`]
  })
  const own = exact.filter(({ price }) => price > 0).length
  const rests = own === 0 ? 'All tokens count' : `${own} metrics of single models count at their own prices, the rest`
  return `More than $${threshold} an hour for Amazon Bedrock, by tokens and their prices. ${rests} at ${prices.join(', ')} a million, the average of two weeks; so do models that come new, at too little where they are dearer, until bedrock-monitor alarms sync is run. Images and other service tiers are not counted.`
}

/** What an alarm does not cover, as it goes on after the headline; as many models are named as there is room for. */
export function leftOut(head: string, grouping: Grouping, models: readonly ModelInUse[]): string {
  const { cache, unpriced, average } = gapsOf(grouping, models)
  const share = shareOf(average.usd, models)
  const parts: [string, string[], string][] = [
    [' Cache tokens not counted: ', cache.ids, '.'],
    [' No known price: ', unpriced, '.'],
    [' At the average: ', average.ids, `; off by ${share} of the spend if use of the dearer of them doubles or ends.`],
  ]
  let text = ''
  for (const [what, ids, end] of parts) {
    if (ids.length > 0) text += fitting(what, ids, end, LONGEST - head.length - text.length)
  }
  return text
}

/** What the alarm watches in a Region; undefined where there is none, for want of a price. */
export interface SpendWatch {
  region: string
  grouping: Grouping | undefined
  models: readonly ModelInUse[]
}

/** What `status` has to say of the alarm: where it waits for models to be used, and what it does not cover elsewhere. */
export function spendWarnings(alarm: string, watches: readonly SpendWatch[]): Warning[] {
  const waiting = watches.filter(({ grouping }) => !grouping).map(({ region }) => region)
  const message = `${alarm} needs a model in use whose price is known, and there is none yet in ${some(waiting)}: run bedrock-monitor alarms sync once there is`
  return [
    ...(waiting.length > 0 ? [{ code: 'spend-alarm-waits', message }] : []),
    ...watches.flatMap((watch) => notCovered(alarm, watch)),
  ]
}

function notCovered(alarm: string, { region, grouping, models }: SpendWatch): Warning[] {
  if (!grouping) return []
  const { cache, unpriced, average } = gapsOf(grouping, models)
  const share = (usd: number) => `${shareOf(usd, models)} of two weeks' spend`
  const parts = [
    ...(cache.ids.length > 0 ? [`it leaves out cache tokens of ${some(cache.ids)} (${share(cache.usd)})`] : []),
    ...(unpriced.length > 0 ? [`it knows no price for ${some(unpriced)}`] : []),
    ...(average.ids.length > 0
      ? [
          `it counts ${some(average.ids)} at the average price of all (off by ${share(average.usd)} if use of the dearer doubles or ends)`,
        ]
      : []),
  ]
  if (parts.length === 0) return []
  return [
    {
      code: 'spend-not-covered',
      message: `${alarm} in ${region} is not exact: ${parts.join('; ')}`,
    },
  ]
}

/** "1.7 %", with two decimals at most. */
function shareOf(usd: number, models: readonly ModelInUse[]): string {
  const percent = Math.round((1e4 * usd) / (spendOf(models) || 1)) / 100
  return percent > 0 ? `${percent} %` : 'less than 0.01 %'
}

function gapsOf(grouping: Grouping, models: readonly ModelInUse[]): Gaps {
  const open = restOf(grouping, models).filter(({ tokens }) => tokens > 0)
  const restPrice = ({ metric }: Share) => grouping.rest[metric]
  const cache = open.filter((share) => restPrice(share) === undefined && share.cost > 0)
  const average = open.filter((share) => share.price !== null && (restPrice(share) ?? share.price) !== share.price)
  return {
    cache: { ids: idsOf(cache), usd: costOf(cache) },
    unpriced: withoutPrice(sharesOf(models)),
    // As many dollars are counted too much of some as too little of others.
    average: { ids: idsOf(average), usd: spreadOf(grouping, models) / 2 },
  }
}

function withoutPrice(shares: readonly Share[]): string[] {
  const open = shares.filter(({ tokens, price }) => tokens > 0 && price === null)
  const whole = idsOf(open.filter(({ kind }) => isOfEveryModel(kind)))
  const cached = idsOf(open).filter((id) => !whole.includes(id))
  return [...whole, ...cached.map((id) => `${id} (cache)`)]
}

const idsOf = (shares: readonly Share[]): string[] => [...new Set(shares.map(({ modelId }) => modelId))]

/** "a, b and 3 more." within a length; nothing where not even a number fits. */
function fitting(what: string, ids: readonly string[], end: string, length: number): string {
  for (let count = ids.length; count >= 0; count -= 1) {
    const text = `${what}${list(ids, count)}${end}`
    if (text.length <= length) return text
  }
  return ''
}

const some = (ids: readonly string[]): string => list(ids, ids.length > MOST_NAMED + 1 ? MOST_NAMED : ids.length)

function list(ids: readonly string[], count: number): string {
  const more = ids.length - count
  if (count === 0) return `${more} models`
  return ids.slice(0, count).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

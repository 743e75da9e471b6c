import type { Warning } from '../core/events.ts'
import { type ModelInUse, TOKEN_KINDS, type TokenKind } from './in-use.ts'
import { type Grouping, isTotalled, pairOf, spendOf, TOTALLED } from './spend-alarm-grouping.ts'

/** An alarm's description takes so many characters. */
const LONGEST = 1_024
const MOST_NAMED = 3

/** What an alarm leaves out or counts too dear, by the models' ids. */
interface Gaps {
  /** Cache tokens that are not counted, with the dollars of two weeks. */
  cache: { ids: string[]; usd: number }
  /** Without a price; marked where that is so of the cache alone. */
  unpriced: string[]
  /** Counted at the price of the rest, for want of a metric. */
  tooDear: { ids: string[]; usd: number }
}

/** The part of the description that hangs on the alarm alone: at most 300 characters. */
export function headline(threshold: number, { exact, rest }: Grouping): string {
  const prices = TOTALLED.flatMap((kind) => (rest[kind] === null ? [] : [`$${rest[kind]} (${kind})`]))
  const own = exact.filter(({ price }) => price !== null).length
  const others = own === 0 ? 'All models' : `${own} metrics of single models count at their own prices, all others`
  return `More than $${threshold} an hour for Amazon Bedrock, by tokens and their prices. ${others} at ${prices.join(' and ')} a million tokens. Images and other service tiers are not counted.`
}

/** What an alarm does not cover, as it goes on after the headline; as many models are named as there is room for. */
export function leftOut(head: string, grouping: Grouping, models: readonly ModelInUse[]): string {
  const { cache, unpriced, tooDear } = gapsOf(grouping, models)
  const parts: [string, string[]][] = [
    [' Cache tokens not counted: ', cache.ids],
    [' No known price: ', unpriced],
    [' Counted too dear: ', tooDear.ids],
  ]
  let text = ''
  for (const [what, ids] of parts) {
    if (ids.length > 0) text += fitting(what, ids, LONGEST - head.length - text.length)
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
  const message = `${alarm} goes by the prices of the models in use, and none with a known price was called in the last two weeks in ${some(waiting)}; run bedrock-monitor alarms sync once there is`
  return [
    ...(waiting.length > 0 ? [{ code: 'spend-alarm-waits', message }] : []),
    ...watches.flatMap((watch) => notCovered(alarm, watch)),
  ]
}

function notCovered(alarm: string, { region, grouping, models }: SpendWatch): Warning[] {
  if (!grouping) return []
  const { cache, unpriced, tooDear } = gapsOf(grouping, models)
  const spend = spendOf(models)
  const share = (usd: number) => `${((100 * usd) / (spend || 1)).toPrecision(2)} % of two weeks' spend`
  const parts = [
    ...(cache.ids.length > 0 ? [`leaves out cache tokens of ${some(cache.ids)} (${share(cache.usd)})`] : []),
    ...(unpriced.length > 0 ? [`knows no price for ${some(unpriced)}`] : []),
    ...(tooDear.ids.length > 0 ? [`counts ${some(tooDear.ids)} too dear (by ${share(tooDear.usd)})`] : []),
  ]
  if (parts.length === 0) return []
  return [{ code: 'spend-not-covered', message: `${alarm} in ${region} ${parts.join('; ')}` }]
}

function gapsOf({ exact, rest }: Grouping, models: readonly ModelInUse[]): Gaps {
  const own = new Set(exact.map(({ modelId, metric }) => `${metric} ${modelId}`))
  const pairs = models.flatMap((model) => TOKEN_KINDS.map((kind) => pairOf(model, kind)))
  const open = pairs.filter(({ modelId, metric, tokens }) => tokens > 0 && !own.has(`${metric} ${modelId}`))
  const cache = open.filter(({ kind, price }) => !isTotalled(kind) && price !== null)
  const restOf = (kind: TokenKind) => (isTotalled(kind) ? rest[kind] : null) ?? 0
  const tooDear = open.filter(({ kind, price }) => isTotalled(kind) && restOf(kind) > (price ?? 0))
  return {
    cache: { ids: idsOf(cache), usd: cache.reduce((sum, { cost }) => sum + cost, 0) },
    unpriced: withoutPrice(pairs),
    tooDear: {
      ids: idsOf(tooDear),
      usd: tooDear.reduce((sum, { kind, tokens, price }) => sum + (tokens * (restOf(kind) - (price ?? 0))) / 1e6, 0),
    },
  }
}

function withoutPrice(pairs: readonly ReturnType<typeof pairOf>[]): string[] {
  const open = pairs.filter(({ tokens, price }) => tokens > 0 && price === null)
  const whole = idsOf(open.filter(({ kind }) => isTotalled(kind)))
  const cached = idsOf(open).filter((id) => !whole.includes(id))
  return [...whole, ...cached.map((id) => `${id} (cache)`)]
}

const idsOf = (pairs: readonly { modelId: string }[]): string[] => [...new Set(pairs.map(({ modelId }) => modelId))]

/** "a, b and 3 more." within a length; nothing where not even a number fits. */
function fitting(what: string, ids: readonly string[], length: number): string {
  for (let count = ids.length; count >= 0; count -= 1) {
    const text = `${what}${list(ids, count)}.`
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

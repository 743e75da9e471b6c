import { equal } from '../../core/diff.ts'
import type { Warning } from '../../core/events.ts'
import type { PlanItem } from '../../core/plan.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import { MANTLE_NAMESPACE } from '../../report/sources/metrics/names.ts'
import { lackText } from '../../text/floor.ts'
import { plainDigits } from '../../text/numbers.ts'
import {
  largerOf,
  sumOf,
  type Term,
  timesOf,
  type WatchedMath,
  type WatchedMetric,
  zeroWithout,
} from '../alarms/alarm-definition.ts'
import { type AlarmSource, type AlarmState, mathQueries } from '../alarms/alarm-state.ts'
import { rowOf } from '../alarms/threshold-alarms.ts'
import { whatToDo } from '../alarms/what-to-do.ts'
import { byRegion, type Env } from '../env.ts'
import { floorInUse, isMantle, type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'
import { errorOf, rankedIds, type Share, type Split, splitOf } from './spend-alarm-split.ts'

type Endpoint = typeof RUNTIME | typeof MANTLE

const RUNTIME = {
  alarm: 'Bedrock-HighSpend',
  threshold: 'spendThreshold',
  namespace: undefined,
  dimension: 'ModelId',
  /** Before the value of the dimension in the ids of models. */
  prefix: '',
  words: 'for Amazon Bedrock',
  untold: 'images are not counted, and metrics do not show which calls were latency-optimized',
} as const

const MANTLE = {
  alarm: 'Bedrock-MantleSpend',
  threshold: 'mantleSpendThreshold',
  namespace: MANTLE_NAMESPACE,
  dimension: 'Model',
  prefix: MANTLE_PREFIX,
  words: 'through the OpenAI-compatible endpoint of Amazon Bedrock (bedrock-mantle)',
  untold: 'its metrics have neither tiers nor cached tokens',
} as const

/**
 * US dollars: each total at the price of the rest, and what is exact at the difference to that. A total that is missing or late
 * is less than what is exact alone, which counts then: it never is below 0.
 */
function toMath({ namespace, dimension, prefix }: Endpoint, { exact, rest }: Split): WatchedMath {
  const own = exact.map((share, index) => ({ ...share, id: `e${index + 1}`, price: share.price ?? 0 }))
  const names = [...new Set([...own.map(({ metric }) => metric), ...Object.keys(rest)])].sort()
  const parts = names.flatMap((metric) => {
    const those = own.filter((one) => one.metric === metric)
    const alone = those.map(({ id, price }): Term => ({ id, plus: plainDigits(price) }))
    const other = rest[metric]
    if (other === undefined) return [sumOf(alone)]
    const taken = alone.map((one): Term => ({ ...one, minus: plainDigits(other) }))
    const all = [{ id: totalId(metric), plus: plainDigits(other) }, ...taken]
    return [those.length === 0 ? sumOf(all) : largerOf(all, alone)]
  })
  const sum = (metric: string): WatchedMetric => ({ ...(namespace && { namespace }), metric, statistic: 'Sum' })
  const metrics = Object.fromEntries<WatchedMetric>([
    ...own.map(({ id, metric, modelId }) => {
      return [id, { ...sum(metric), dimensions: { [dimension]: modelId.slice(prefix.length) } }] as const
    }),
    ...Object.keys(rest).map((metric) => [totalId(metric), sum(metric)] as const),
  ])
  return { expression: zeroWithout(`SUM([${parts}])/1000000`), label: 'US dollars an hour', metrics }
}

/** An id begins with a small letter. */
const totalId = (metric: string): string => metric.charAt(0).toLowerCase() + metric.slice(1)

/** Metric math in an alarm reads so many metrics. Over these, ours never comes near the 1,024 characters that it may have. */
const MOST_METRICS = 10
/** What stands is kept while it is off by no more than this share of the spend, */
const NEAR_ENOUGH = 0.01
/** and another mix of models would put it off by no more than this share beyond what it would if it were made anew. */
const HARDLY_WORSE = 0.05

export const spendAlarms = (env: Env): AlarmSource[] => [RUNTIME, MANTLE].map((endpoint) => spendAlarm(env, endpoint))

function spendAlarm({ inUse, region, settings }: Env, endpoint: Endpoint): AlarmSource {
  const { alarm: name } = endpoint
  const threshold = settings[endpoint.threshold]
  const row = rowOf(name)
  const { periodSeconds } = row
  return {
    name,
    define(have) {
      const models = (inUse?.get(region) ?? []).filter((model) => isMantle(model) === (endpoint === MANTLE))
      const split = splitFor(endpoint, models, periodSeconds, have)
      if (!split) return undefined
      const watched = toMath(endpoint, split)
      const head = headline(endpoint, threshold, split) + whatToDo(row, region)
      // What is left out changes a little every day: as long as the alarm is kept, so are the words.
      const isAsStands = equal(have?.metrics, mathQueries(watched, periodSeconds))
      const stands = isAsStands && have?.description?.startsWith(head) && have.description
      const description = stands || head + leftOut(head, split, models)
      return { name, description, watched, ...timesOf(row), threshold }
    },
  }
}

/** The costliest models are exact, as many as fit. What stands is kept while it is near enough. Undefined: nothing has a price. */
function splitFor(
  endpoint: Endpoint,
  models: readonly ModelInUse[],
  period: number,
  have?: AlarmState,
): Split | undefined {
  const ranked = rankedIds(models).slice(0, MOST_METRICS)
  const splits = ['', ...ranked].map((_, count) => splitOf(models, new Set(ranked.slice(0, count))))
  const fresh = splits.findLast(({ exact, rest }) => exact.length + Object.keys(rest).length <= MOST_METRICS)
  if (!fresh || highestPrice(fresh) === 0) return undefined
  const standing = standingSplit(endpoint, models, period, have)
  if (!standing) return fresh
  const { sameMix, most } = errorOf(standing, models)
  const isNear = sameMix <= NEAR_ENOUGH && most <= errorOf(fresh, models).most + HARDLY_WORSE
  // A model with a higher price than any before may be used much more before anybody looks again.
  const isOutgrown = highestPrice({ ...fresh, rest: {} }) > highestPrice(standing)
  return isNear && !isOutgrown ? standing : fresh
}

/** What stands, if the same models at today's prices and the rest at those in its description would be written just so. */
function standingSplit(
  endpoint: Endpoint,
  models: readonly ModelInUse[],
  period: number,
  have?: AlarmState,
): Split | undefined {
  if (!have?.metrics) return undefined
  const begin = `${endpoint.dimension}=`
  const dimensions = Object.values(have.metrics).flatMap((metric) => metric.dimensions)
  const own = dimensions.filter((one) => one.startsWith(begin)).map((one) => endpoint.prefix + one.slice(begin.length))
  const split = splitOf(models, new Set(own), pricesIn(have.description ?? ''))
  return equal(mathQueries(toMath(endpoint, split), period), have.metrics) ? split : undefined
}

const highestPrice = ({ exact, rest }: Split) =>
  Math.max(0, ...exact.map(({ price }) => price ?? 0), ...Object.values(rest))

/** What `status` says of the alarm, by a plan of all alarms: where it waits for use, and where it is not exact. */
export function spendAlarmWarnings(env: Env, items: readonly PlanItem[]): Warning[] {
  if (env.settings.alarms === 'minimal') return []
  const waiting: string[] = []
  const warnings = byRegion(env).flatMap((each): Warning[] => {
    const { region } = each
    return spendAlarms(each).flatMap(({ name, define }): Warning[] => {
      const item = items.find(({ resource }) => resource.name === name && resource.region === region)
      if (!each.inUse?.has(region) || item?.error) return []
      const definition = define(item?.have?.state as AlarmState | undefined)
      // Most accounts never call the other endpoint.
      if (!definition && !item?.have && name === RUNTIME.alarm) waiting.push(region)
      // Which ids are averaged, the description alone says: a percentage is enough here.
      const why = definition?.description.split(NOT_EXACT)[1]?.replace(/ Priced at the average: .*?\.(?= [A-Z]|$)/, '')
      return why ? [{ code: 'spend-not-covered', message: `${name} in ${region} is not exact:${why}` }] : []
    })
  })
  const message = `${RUNTIME.alarm} needs a model in use whose price is known, and there is none yet in ${waiting.join(', ')}: run bedrock-monitor alarms sync once there is`
  return waiting.length > 0 ? [{ code: 'spend-alarm-waits', message }, ...warnings] : warnings
}

/** An alarm's description takes so many characters. */
const LONGEST = 1_024
/** What a description begins with that tells what is not exact, after the headline. */
const NOT_EXACT = ' Not exact:'

/** The part of the description that does not change with every day's use: at most 800 characters. */
function headline({ words, untold }: Endpoint, threshold: number, { exact, rest }: Split): string {
  const own = idsOf(exact.filter(({ price }) => price !== null)).length
  const prices = Object.entries(rest).map(([metric, price]) => `${metric} $${price}`)
  const others = ` All other tokens, of new models too, count at the average price of the two weeks before this was written (bedrock-monitor alarms sync updates it): ${prices.join(', ')} a million.`
  return `More than $${threshold} an hour ${words}, by tokens and their prices. Models at their own prices: ${own}, those with the highest spend.${prices.length > 0 ? others : ''} All are priced as in the standard service tier; ${untold}.`
}

/** The prices of the rest that a headline gives, by the metric's name. */
function pricesIn(description: string): Record<string, number> {
  const found = description.matchAll(/(\w+(?:Count|Tokens)) \$([\d.e-]+)/g)
  return Object.fromEntries([...found].map(([, metric, price]) => [metric, Number(price)]))
}

/** What is not exact, with as many ids as there is room for after a headline, and how far off that may be; '' if all is. */
function leftOut(head: string, split: Split, models: readonly ModelInUse[]): string {
  const isAveraged = ({ metric, price }: Share) => price !== null && price !== (split.rest[metric] ?? 0)
  const unpriced = models.flatMap(({ modelId, tokens, prices }) => {
    const kinds = TOKEN_KINDS.filter((kind) => tokens[kind] > 0 && prices[kind] === null)
    const isOfCache = kinds.every((kind) => kind.startsWith('cache'))
    return kinds.length === 0 ? [] : [isOfCache ? `${modelId} (cache)` : modelId]
  })
  // Rounded up to two decimals, but for what a sum of doubles may be off by.
  const percent = Math.ceil(1e4 * errorOf(split, models).most - 1e-6) / 100
  const off = ` off by at most ${percent} % of two weeks' spend, even if the use of each model doubles or ends.`
  const start = NOT_EXACT + (percent > 0 ? off : '')
  const room = LONGEST - head.length - start.length
  const averaged = listed(' Priced at the average: ', idsOf(split.blended.filter(isAveraged)), room)
  const floor = floorInUse(models)
  const least = floor ? ` At least: ${lackText(floor)}.` : ''
  const left = averaged + listed(`${least} No known price, not counted: `, unpriced, room - averaged.length)
  const text = left + inTiers(models, room - left.length)
  return percent > 0 || text !== '' ? start + text : ''
}

/** An alarm reads the tokens of all service tiers together. What they cost is between the cheapest tier and the costliest. */
function inTiers(models: readonly ModelInUse[], room: number): string {
  const called = models.flatMap(({ modelId, tierPrices, tokens }) =>
    tierPrices === undefined || TOKEN_KINDS.every((kind) => tokens[kind] === 0) ? [] : [{ modelId, tierPrices }],
  )
  const known = called.flatMap(({ tierPrices }) => tierPrices ?? [])
  // Rounded outwards, so that it holds.
  const least = Math.floor(100 * Math.min(1, ...known.map((one) => one.least)) + 1e-6)
  const most = Math.ceil(100 * Math.max(1, ...known.map((one) => one.most)) - 1e-6)
  const range = known.length < called.length ? 'by prices that are not all known' : `at ${least} to ${most} % of that`
  const ids = called.map(({ modelId }) => modelId)
  return listed(` Also called in other service tiers, ${range}: `, ids, room)
}

const idsOf = (shares: readonly Share[]): string[] => [...new Set(shares.map(({ modelId }) => modelId))]

/** "a, b and 3 more." within a length; '' where not even a number fits, or there are none. */
function listed(what: string, ids: readonly string[], length: number): string {
  const texts = ids.map(
    (_, more) => `${what}${ids.slice(0, -more || undefined).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
  )
  return [...texts, `${what}${ids.length} models.`].find((text) => ids.length > 0 && text.length <= length) ?? ''
}

import { lackText } from '../../text/floor.ts'
import { type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'
import { floorInUse } from './floor-in-use.ts'
import { errorOf, type Share, type Split } from './spend-alarm-split.ts'

/** An alarm's description takes so many characters. */
const LONGEST = 1_024
/** What a description begins with that tells what is not exact, after the headline. */
export const NOT_EXACT = ' Not exact:'

/** The part of the description that does not change with every day's use: at most 700 characters. */
export function headline(threshold: number, { exact, rest }: Split): string {
  const own = idsOf(exact.filter(({ price }) => price !== null)).length
  const prices = Object.entries(rest).map(([metric, price]) => `${metric} $${price}`)
  const others = ` All other tokens, of new models too, count at the average price of the two weeks before this was written, until bedrock-monitor alarms sync renews it: ${prices.join(', ')} a million.`
  return `More than $${threshold} an hour for Amazon Bedrock, by tokens and their prices. Models at their own prices: ${own}, those with the highest spend.${prices.length > 0 ? others : ''} All are priced as in the standard service tier; images are not counted.`
}

/** The prices of the rest that a headline gives, by the metric's name. */
export function pricesIn(description: string): Record<string, number> {
  const found = description.matchAll(/(\w+(?:Count|Tokens)) \$([\d.e-]+)/g)
  return Object.fromEntries([...found].map(([, metric, price]) => [metric, Number(price)]))
}

/** What is not exact, with as many ids as there is room for after a headline, and how far off that may be; '' if all is. */
export function leftOut(head: string, split: Split, models: readonly ModelInUse[]): string {
  const isAveraged = ({ metric, price }: Share) => price !== null && price !== (split.rest[metric] ?? 0)
  const unpriced = models.flatMap(({ modelId, tokens, prices }) => {
    const kinds = TOKEN_KINDS.filter((kind) => tokens[kind] > 0 && prices[kind] === null)
    const isOfCache = kinds.every((kind) => kind.startsWith('cache'))
    return kinds.length === 0 ? [] : [isOfCache ? `${modelId} (cache)` : modelId]
  })
  // Rounded up to two decimals, but for what a sum of doubles may be off by.
  const percent = Math.ceil(1e4 * errorOf(split, models).most - 1e-6) / 100
  const off = ` off by at most ${percent} % of the spend of these two weeks, even if the use of each of these models doubles or ends.`
  const start = NOT_EXACT + (percent > 0 ? off : '')
  const room = LONGEST - head.length - start.length
  const averaged = listed(' At the average: ', idsOf(split.blended.filter(isAveraged)), room)
  const floor = floorInUse(models)
  const least = floor ? ` At least: ${lackText(floor)}.` : ''
  const left = averaged + listed(`${least} No known price, not counted: `, unpriced, room - averaged.length)
  const text = left + inTiers(models, room - left.length)
  return percent > 0 || text !== '' ? start + text : ''
}

/** An alarm reads the tokens of all service tiers together. What they cost is between the cheapest tier and the dearest. */
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

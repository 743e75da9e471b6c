import { plainDigits } from '../../text/numbers.ts'
import { grouped } from '../arrange.ts'
import { timeKey } from '../grouping.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import { type Deviation, isWithin } from './explain.ts'
import type { Proposal } from './model.ts'

/** So many days a rate has to hold before it is taken for one that was agreed. */
const LEAST_DAYS = 2
/** Percents as `discountPercent` of an override takes them. */
const DIGITS = 6

/** What is constantly billed by the public price. */
export interface BilledRate {
  /** A pattern of ids, as `prices` of a configuration file takes it: `anthropic.*`, or a model. */
  key: string
  /** Undefined: everywhere. */
  region?: string
  /** Percent that comes off the public price; below 0 it comes on top. */
  discountPercent: number
  /** First and last day (ms) on which it holds; undefined: on all that were looked at. */
  from?: number
  to?: number
}

/**
 * Tells what is billed at a constant share of the public price: of all models of a provider, else of one, else of one in a
 * Region, on all days, else before and after a day on which it changed. Whatever fits no such rate stays unexplained.
 */
export function billedRates(deviations: readonly Deviation[]): { rates: BilledRate[]; causes: Map<Deviation, string> } {
  const rates: BilledRate[] = []
  const causes = new Map<Deviation, string>()
  const settle = (some: readonly Deviation[], keys: readonly KeyOf[]): void => {
    const [keyOf, ...narrower] = keys
    if (!keyOf) return
    for (const group of grouped(some, (one) => JSON.stringify(keyOf(one))).values()) {
      if (group.every(({ isOff }) => !isOff)) continue
      const spans = spansOf(group)
      if (!spans) settle(group, narrower)
      for (const [index, { of, discountPercent }] of (spans ?? []).entries()) {
        for (const one of of) causes.set(one, spans?.length === 1 ? 'private-rate' : 'price-change')
        if (discountPercent === 0) continue
        const [from, to] = [of[0].of.day, (of.at(-1) ?? of[0]).of.day]
        const held = { ...(index > 0 && { from }), ...(spans?.[index + 1] && { to }) }
        rates.push({ ...keyOf(group[0]), discountPercent, ...held })
      }
    }
  }
  settle(deviations, [
    ({ of }) => ({ key: `${of.model.split('.')[0]}.*` }),
    ({ of }) => ({ key: of.model }),
    ({ of }) => ({ key: of.model, region: of.region }),
  ])
  return { rates, causes }
}

type KeyOf = (one: Deviation) => Pick<BilledRate, 'key' | 'region'>

type Deviations = [Deviation, ...Deviation[]]

interface Span {
  of: Deviations
  discountPercent: number
}

/** The spans of days in which all was billed at one rate: one or two, of enough days each; undefined where there are none. */
function spansOf(group: readonly Deviation[]): Span[] | undefined {
  const spans: Span[] = []
  const byDay = [...grouped(group, ({ of }) => String(of.day)).values()].sort(([a], [b]) => a.of.day - b.of.day)
  for (const day of byDay) {
    const last = spans.at(-1)
    if (last && day.every(hasRate(last.discountPercent))) {
      for (const one of day) last.of.push(one)
      continue
    }
    const both: Deviations = last ? [...last.of, ...day] : day
    const joined = percentOf(both)
    const discountPercent = joined ?? percentOf(day)
    if (discountPercent === undefined) return undefined
    if (joined !== undefined) spans.pop()
    spans.push({ of: joined === undefined ? day : both, discountPercent })
  }
  // What the bill itself tells needs no other days to be believed.
  const isSure = ({ of }: Span) =>
    of.every(({ open }) => open === 0n) || new Set(of.map((one) => one.of.day)).size >= LEAST_DAYS
  return spans.length <= 2 && spans.every(isSure) ? spans : undefined
}

/** The percent off that all of them have, with as few digits as will do; undefined where they have none in common. */
function percentOf(some: Deviations): number | undefined {
  const largest = some.reduce((most, one) => (one.atPublicPrice > most.atPublicPrice ? one : most))
  const share = 100 - (Number(largest.billed) / Number(largest.atPublicPrice)) * 100
  const percents = Array.from({ length: DIGITS + 1 }, (_, digits) => Number(share.toFixed(digits)) || 0)
  return percents.find((percent) => Math.abs(percent) <= 100 && some.every(hasRate(percent)))
}

function hasRate(percent: number): (one: Deviation) => boolean {
  const left = 100_000_000n - BigInt(Math.round(percent * 1_000_000))
  return ({ billed, atPublicPrice, tolerance }) => isWithin(billed - (atPublicPrice * left) / 100_000_000n, tolerance)
}

/** Prices of the user's own that the bill speaks for; null where it has those of the list. */
export function proposalOf(rates: readonly BilledRate[]): Proposal | null {
  if (rates.length === 0) return null
  const orderOf = ({ key, region = '', from = 0 }: BilledRate) => [key, region, timeKey('day', from, 'UTC')].join('\n')
  const ordered = [...rates].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const overrideOf = ({ region, discountPercent, from, to }: BilledRate): PriceOverride => ({
    ...(region !== undefined && { region }),
    ...(from !== undefined && { from: timeKey('day', from, 'UTC') }),
    ...(to !== undefined && { to: timeKey('day', to, 'UTC') }),
    discountPercent,
  })
  const prices = [...grouped(ordered, ({ key }) => key)].map(([key, of]) => [key, of.map(overrideOf)] as const)
  const says = prices.flatMap(([key, overrides]) => overrides.map((override) => inWords(key, override)))
  return { says, prices: Object.fromEntries(prices) }
}

function inWords(key: string, { region, discountPercent = 0, from, to }: PriceOverride): string {
  const share = plainDigits(Number((1 - discountPercent / 100).toFixed(8)))
  const where = region === undefined ? '' : ` in ${region}`
  const when = `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`
  return `you pay ${share} × the public price for ${key}${where}${when}`
}

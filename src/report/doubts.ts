import type { Warning } from '../core/events.ts'
import { count, usd } from '../text/numbers.ts'
import { chargesAt } from './charges.ts'
import { COUNTERS, type Counters, type Row } from './model.ts'
import { type AttoUsd, toNano, toUsd } from './money.ts'
import { agree, type Price, type PriceBook, pricePeriods } from './prices/book.ts'
import { pricedId } from './prices/model-id.ts'
import { byRule, longRule } from './prices/rules.ts'
import { amountOf } from './spending.ts'
import { noCounters } from './tally.ts'
import { type DoubtKind, PROMPT_LENGTHS, STANDARD_TERMS, type Terms, termsKey } from './terms.ts'
import type { DoubtLine } from './view.ts'

type Doubt = Pick<DoubtLine, 'model' | 'untold' | 'calls'> & { most: AttoUsd | null }

/** Use of one model on one set of terms while its price holds, added up: its rows are many. */
export interface Doubted {
  untold: DoubtKind
  model: string
  region: string
  at: number
  terms: Terms
  counters: Counters & { cacheWrite1hTokens: number }
}

/** What sources do not tell of calls, and the most that it could add to what these cost. */
export function doubtsOf(book: PriceBook) {
  const doubted = new Map<string, Doubted>()
  const periodOf = pricePeriods(book)
  const lines = (): DoubtLine[] => {
    const doubts = new Map<string, Doubt>()
    for (const one of doubted.values()) {
      const most = mostOf(one, book)
      if (most === 0n) continue
      const { untold, model } = one
      const before = doubts.get(`${untold} ${model}`) ?? { model, untold, calls: 0, most: 0n }
      before.calls += one.counters.invocations
      before.most = before.most === null || most === null ? null : before.most + most
      doubts.set(`${untold} ${model}`, before)
    }
    return [...doubts.values()].map(({ most, ...line }) => {
      return { ...line, couldAddUsd: most === null ? null : toUsd(toNano(most)) }
    })
  }
  return {
    sumsOf({ terms = STANDARD_TERMS, dimensions, billedModel: model = dimensions.model, start: at }: Row): Doubted[] {
      const { region } = dimensions
      const kinds: readonly DoubtKind[] = [
        ...(terms.untold ?? []),
        ...(terms.promptOver > 0 ? ['longPrice' as const] : []),
      ]
      return kinds.map((untold) => {
        const key = `${untold} ${periodOf(at)} ${termsKey(terms)}\n${region}\n${model}`
        const counters = { ...noCounters(), cacheWrite1hTokens: 0 }
        const sum = doubted.get(key) ?? { untold, model, region, at, terms, counters }
        doubted.set(key, sum)
        return sum
      })
    },
    lines,
  }
}

export function addDoubted(sums: readonly Doubted[], { counters }: Row): void {
  for (const sum of sums) {
    for (const counter of COUNTERS) sum.counters[counter] += counters[counter]
    sum.counters.cacheWrite1hTokens += counters.cacheWrite1hTokens ?? 0
  }
}

/** The terms that may hold instead, of which what is told holds whatever the rest is. */
function othersOf(untold: Exclude<DoubtKind, 'cacheTtl'>, { tier, promptOver }: Terms): Terms[] {
  if (untold === 'longPrice') return [{ tier, promptOver }]
  const faster: Terms = { tier: 'latency-optimized', promptOver }
  if (untold === 'latency') return [faster]
  if (untold === 'tier') return [{ tier: 'priority', promptOver }, faster]
  return [{ tier, promptOver: PROMPT_LENGTHS[PROMPT_LENGTHS.length - 1] ?? 0 }]
}

/** What it could cost more; 0 where nothing else has a higher price, null where a price that may hold is not known. */
function mostOf({ untold, model, region, at, terms, counters }: Doubted, book: PriceBook): AttoUsd | null {
  const costOn = (other: Terms, use: Row['counters']): AttoUsd | null => {
    const found = book.lookup(model, region, new Date(at), other)
    const charges = 'unpriced' in found ? [] : chargesAt(asLong(found, other))({ counters: use })
    return 'unpriced' in found || charges.some(({ amount }) => amount === null) ? null : amountOf(charges)
  }
  /** Where the list at hand has no other price for long prompts, it may be that it only lacks them. */
  const asLong = (found: Price, { tier, promptOver }: Terms): Price => {
    const id = pricedId(model)
    const isAsked = untold === 'longPrice' || untold === 'promptLength'
    const rule = isAsked && typeof id === 'string' ? longRule(id, promptOver) : undefined
    const short = rule && book.lookup(model, region, new Date(at), { tier, promptOver: 0 })
    const isShort = short && !('unpriced' in short) && agree(short.perMillion, found.perMillion)
    return rule && isShort ? { ...found, perMillion: byRule(found.perMillion, rule) } : found
  }
  const found = book.lookup(model, region, new Date(at), terms)
  const priced = 'unpriced' in found ? 0n : amountOf(chargesAt(found)({ counters }))
  if (untold === 'cacheTtl') {
    // Amazon's own models keep all of it for five minutes.
    const mayBeLonger = !/(?:^|[./])amazon\./.test(model)
    if (!mayBeLonger || counters.cacheWriteTokens <= counters.cacheWrite1hTokens) return 0n
    const longer = costOn(terms, { ...counters, cacheWrite1hTokens: counters.cacheWriteTokens })
    return longer === null ? null : moreThan(priced, longer)
  }
  // A tier without a price is one that the model does not have.
  const others = othersOf(untold, terms).map((other) => costOn(other, counters) ?? 0n)
  return others.reduce((most, cost) => (moreThan(priced, cost) > most ? moreThan(priced, cost) : most), 0n)
}

function moreThan(priced: AttoUsd, cost: AttoUsd): AttoUsd {
  return cost > priced ? cost - priced : 0n
}

export function doubtWarning({ model, untold, calls, couldAddUsd: most }: DoubtLine): Warning {
  const [is, has] = calls === 1 ? ['is', 'has'] : ['are', 'have']
  const prompts = calls === 1 ? ['a prompt', 'a short one'] : ['prompts', 'short ones']
  const words: Record<DoubtKind, readonly [Warning['code'], string]> = {
    tier: ['tier-unknown', `${is} of an unknown service tier and priced as standard`],
    latency: ['tier-unknown', `may have been latency-optimized and ${is} priced as standard`],
    promptLength: ['prompt-length-unknown', `${has} ${prompts[0]} of unknown length and ${is} priced as ${prompts[1]}`],
    longPrice: [
      'long-prompt-price',
      `${has} ${calls === 1 ? 'a long prompt' : 'long prompts'} and ${is} priced as ${prompts[1]}, since the price list in use has no other price`,
    ],
    cacheTtl: [
      'cache-write-ttl',
      `${has} cache writes of unknown lifetime and ${is} priced as if they last five minutes`,
    ],
  }
  const [code, what] = words[untold]
  const more = most === null ? 'how much more it may be is not known' : `at most ${usd(most)} more`
  return { code, message: `${count(calls, 'call')} of ${model} ${what}: ${more}` }
}

import type { Warning } from '../core/events.ts'
import { grouped, usd } from '../text/numbers.ts'
import { type Charge, chargesOf } from './charges.ts'
import type { DoubtLine, Row } from './model.ts'
import { type AttoUsd, toNano, toUsd } from './money.ts'
import { type Price, type PriceBook, pricePeriods, type Unpriced } from './prices/book.ts'
import { amountOf } from './spending.ts'
import { PROMPT_LENGTHS, STANDARD_TERMS, type Terms, termsKey, type Untold } from './terms.ts'

interface Doubt {
  model: string
  untold: Untold
  calls: number
  /** Null where it is not known what the calls could cost. */
  most: AttoUsd | null
}

/** What sources do not tell of calls, and the most that it could add to what these cost. */
export function doubtsOf(book: PriceBook) {
  const doubts = new Map<string, Doubt>()
  const lookup = remembering(book)
  return {
    /** @param charges of the row, as it is priced */
    add(row: Row, charges: readonly Charge[]): void {
      for (const untold of row.terms?.untold ?? []) {
        const model = row.billedModel ?? row.dimensions.model
        const most = mostOf(untold, row, charges, lookup)
        if (most === 0n) continue
        const key = `${untold} ${model}`
        const before = doubts.get(key) ?? { model, untold, calls: 0, most: 0n }
        before.calls += row.counters.invocations
        before.most = before.most === null || most === null ? null : before.most + most
        doubts.set(key, before)
      }
    },
    lines: (): DoubtLine[] =>
      [...doubts.values()].map(({ most, ...line }) => ({
        ...line,
        couldAddUsd: most === null ? null : toUsd(toNano(most)),
      })),
    warnings: (): Warning[] => [...doubts.values()].map(warningOf),
  }
}

type Lookup = (model: string, region: string, at: number, terms: Terms) => Price | Unpriced

/** Asks the book once a period in which prices hold, and keeps the latest: a model's rows come in order, and there are many. */
function remembering(book: PriceBook): Lookup {
  const latest = new Map<string, { period: number; found: Price | Unpriced }>()
  const periodOf = pricePeriods(book)
  return (model, region, at, terms) => {
    const key = `${termsKey(terms)}\n${region}\n${model}`
    const period = periodOf(at)
    const known = latest.get(key)
    if (known?.period === period) return known.found
    const found = book.lookup(model, region, new Date(at), terms)
    latest.set(key, { period, found })
    return found
  }
}

const OTHERS = { tier: new WeakMap<Terms, Terms[]>(), promptLength: new WeakMap<Terms, Terms[]>() }

/** The terms that may hold instead, of which what is told holds whatever the rest is. */
function othersOf(untold: 'tier' | 'promptLength', terms: Terms): Terms[] {
  const known = OTHERS[untold].get(terms)
  if (known) return known
  const others: Terms[] =
    untold === 'tier'
      ? (['priority', 'latency-optimized'] as const).map((tier) => ({ tier, promptOver: terms.promptOver }))
      : [{ tier: terms.tier, promptOver: PROMPT_LENGTHS[PROMPT_LENGTHS.length - 1] ?? 0 }]
  OTHERS[untold].set(terms, others)
  return others
}

/** What the row could cost more; 0 where nothing else has a higher price, null where a price that may hold is not known. */
function mostOf(untold: Untold, row: Row, charges: readonly Charge[], lookup: Lookup): AttoUsd | null {
  const { model, region } = row.dimensions
  const terms = row.terms ?? STANDARD_TERMS
  const priced = amountOf(charges)
  const asked = { model: row.billedModel ?? model, region, row }
  if (untold === 'cacheTtl') {
    // Amazon's own models keep all of it for five minutes.
    const mayBeLonger = !/(?:^|[./])amazon\./.test(asked.model)
    if (!mayBeLonger || !charges.some(({ kind }) => kind.name === 'cacheWrite')) return 0n
    const longer = { counters: { ...row.counters, cacheWrite1hTokens: row.counters.cacheWriteTokens } }
    return moreThan(priced, lookup, { ...asked, row: { ...row, ...longer }, terms })
  }
  const all = othersOf(untold, terms).map((other) => moreThan(priced, lookup, { ...asked, terms: other }))
  const known = all.filter((more) => more !== null)
  // A tier without a price is one that the model does not have.
  return known.reduce((most, more) => (more > most ? more : most), 0n)
}

interface Otherwise {
  model: string
  region: string
  row: Row
  terms: Terms
}

function moreThan(priced: AttoUsd, lookup: Lookup, { model, region, row, terms }: Otherwise): AttoUsd | null {
  const found = lookup(model, region, row.start, terms)
  if ('unpriced' in found) return null
  const charges = chargesOf(row, found)
  if (charges.some(({ amount }) => amount === null)) return null
  const more = amountOf(charges) - priced
  return more > 0n ? more : 0n
}

const CODES = { tier: 'tier-unknown', promptLength: 'prompt-length-unknown', cacheTtl: 'cache-write-ttl' } as const
const WORDS: Record<Untold, string> = {
  tier: 'do not tell their service tier and are priced at the standard one',
  promptLength: 'do not tell how long their prompts were and are priced as short ones',
  cacheTtl: 'do not tell how long their cache writes are kept and are priced as kept for five minutes',
}

function warningOf({ model, untold, calls, most }: Doubt): Warning {
  const what = `${grouped(calls)} ${calls === 1 ? 'call' : 'calls'} of ${model} ${WORDS[untold]}`
  const more = most === null ? 'what it could add is not known' : `it could add ${usd(toUsd(toNano(most)))} at most`
  return { code: CODES[untold], message: `${what}: ${more}` }
}

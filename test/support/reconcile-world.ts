import fc from 'fast-check'
import type { BillKind, BillLine } from '../../src/report/bill/line.ts'
import type { TokenKind } from '../../src/report/charges.ts'
import { pricer } from '../../src/report/cost.ts'
import type { Row } from '../../src/report/model.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import type { Question, reconcile } from '../../src/report/reconcile/reconcile.ts'
import type { Terms, Tier } from '../../src/report/terms.ts'
import { DAY_MS } from '../../src/report/window.ts'
import { row } from './report-rows.ts'

const FIRST = Date.UTC(2026, 9, 1)
export const DAYS = 6
export const ACCOUNTS = ['111122223333', '222233334444']
export const PLACES = ['us-east-1', 'eu-west-1']
export const MODELS = [
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
  'amazon.nova-pro-v1:0',
  'amazon.nova-micro-v1:0',
]

const TIER_PERCENT: ReadonlyMap<string, bigint> = new Map([
  ['standard', 100n],
  ['flex', 50n],
  ['priority', 175n],
  ['batch', 50n],
])
const KIND_PERCENT: ReadonlyMap<string, bigint> = new Map([
  ['input', 100n],
  ['output', 500n],
  ['cacheRead', 10n],
  ['cacheWrite', 125n],
  ['cacheWrite1h', 200n],
])

/** Made up, and whole on all terms: so are those of a bill. A long prompt costs twice as much, global a tenth less. */
export function rateOf(model: string, kind: string, tier: Tier = 'standard', long = false, global = false): bigint {
  const base = BigInt(MODELS.indexOf(model) + 1) * 1_000_000_000_000n
  const percents = [TIER_PERCENT.get(tier) ?? 0n, KIND_PERCENT.get(kind) ?? 0n, long ? 200n : 100n, global ? 90n : 100n]
  return percents.reduce((rate, percent) => (rate * percent) / 100n, base)
}

export const BOOK: PriceBook = {
  changes: [],
  lookup(id, _region, _at, { tier, promptOver }: Terms = { tier: 'standard', promptOver: 0 }) {
    const called = id.replace(/^bedrock-mantle\//, '')
    const model = called.replace(/^(?:global|us|eu)\./, '')
    if (!MODELS.includes(model) || !TIER_PERCENT.has(tier)) return { unpriced: 'no price known' }
    const rate = (kind: string) => rateOf(model, kind, tier, promptOver >= 200_000, called.startsWith('global.'))
    const perMillion = Object.fromEntries([...KIND_PERCENT.keys()].map((kind) => [kind, rate(kind)]))
    return { perMillion, source: 'test', asOf: null, warnings: [] }
  },
}

/** What sets a use apart from what an estimate takes it for. */
const TWISTS = ['none', 'flex', 'priority', 'long', 'hour', 'global', 'batch', 'mantle'] as const
export type Twist = (typeof TWISTS)[number]

/** So many tokens that were truly used. */
export interface Use {
  day: number
  account: string
  region: string
  model: string
  kind: TokenKind
  tokens: number
  twist: Twist
}

export const anyUse: fc.Arbitrary<Use> = fc
  .record({
    // Mostly of few days and places, so that many twists come together in one unit.
    day: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(DAYS - 1)),
    account: fc.oneof({ weight: 3, arbitrary: fc.constant(ACCOUNTS[0] ?? '') }, fc.constantFrom(...ACCOUNTS)),
    region: fc.oneof({ weight: 3, arbitrary: fc.constant(PLACES[0] ?? '') }, fc.constantFrom(...PLACES)),
    model: fc.oneof({ weight: 2, arbitrary: fc.constant(MODELS[0] ?? '') }, fc.constantFrom(...MODELS)),
    kind: fc.constantFrom<TokenKind>('input', 'output', 'cacheRead', 'cacheWrite'),
    tokens: fc.integer({ min: 1_000, max: 50_000_000 }),
    twist: fc.constantFrom(...TWISTS),
  })
  .filter(({ twist, kind, model }) => {
    if (twist === 'hour') return kind === 'cacheWrite'
    return twist !== 'long' || model.includes('sonnet')
  })

export interface BilledOn {
  tier: Tier
  long: boolean
  global: boolean
  kind: TokenKind
  rate: bigint
}

/** On which terms a use is billed, and at which public price. */
export function billedOn({ twist, model, kind: of }: Use): BilledOn {
  const tier = twist === 'flex' || twist === 'priority' || twist === 'batch' ? twist : 'standard'
  const [long, global] = [twist === 'long', twist === 'global']
  const kind = twist === 'hour' ? 'cacheWrite1h' : of
  return { tier, long, global, kind, rate: rateOf(model, kind, tier, long, global) }
}

export function billLine(use: Use, tokens: number, amount: bigint, more: Partial<BillLine> = {}): BillLine {
  const { tier, long, global, kind } = billedOn(use)
  return {
    start: FIRST + use.day * DAY_MS,
    account: use.account,
    region: use.region,
    model: use.model,
    service: 'Amazon Bedrock',
    usageType: '',
    kind: kind as BillKind,
    quantity: tokens,
    unit: 'tokens',
    terms: { tier, routing: global ? 'global' : 'in-region', long, mantle: use.twist === 'mantle' },
    amounts: { unblended: amount, net: null, amortized: null, 'net-amortized': null, list: null },
    principal: '',
    ...more,
  }
}

/** What a source that tells nothing but tokens has of a use. */
export function measuredRow({ day, account, region, model, kind, tokens, twist }: Use, id = model): Row {
  const counters = {
    ...(kind === 'input' && { inputTokens: tokens }),
    ...(kind === 'output' && { outputTokens: tokens }),
    ...(kind === 'cacheRead' && { cacheReadTokens: tokens }),
    ...(kind === 'cacheWrite' && { cacheWriteTokens: tokens }),
  }
  const dimensions = { account, region, model: twist === 'mantle' ? `bedrock-mantle/${id}` : id }
  return row(id, counters, { dimensions, start: FIRST + day * DAY_MS })
}

export function question(
  lines: readonly BillLine[],
  rows: readonly Row[],
  { book = BOOK, looked, ...more }: Partial<Omit<Question, 'looked'>> & { looked?: Partial<Question['looked']> } = {},
): Question {
  return {
    lines,
    rows,
    metric: 'unblended',
    priced: pricer(book).priced,
    book,
    window: { start: FIRST, end: FIRST + DAYS * DAY_MS },
    generatedAt: FIRST + 30 * DAY_MS,
    looked: {
      accounts: new Set(ACCOUNTS),
      regions: new Set(PLACES),
      readsLogs: false,
      isBillWhole: true,
      finalUntil: FIRST + DAYS * DAY_MS,
      ...looked,
    },
    bill: { source: 'bill', metric: 'unblended', through: '2026-10-06', openFrom: null, adjustments: {} },
    estimate: { source: 'metrics', accounts: ACCOUNTS, regions: PLACES },
    calls: { usd: 0, items: [] },
    warnings: [],
    ...more,
  }
}

export const nanos = (usd: number) => BigInt(Math.round(usd * 1e9))

/** By side and cause, in nano-dollars. */
export function causesOf(result: ReturnType<typeof reconcile>): Map<string, bigint> {
  return new Map(result.causes.map(({ of, cause, usd }) => [`${of} ${cause}`, nanos(usd)]))
}

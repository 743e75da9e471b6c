import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { BillLine } from '../../../src/report/bill/line.ts'
import { overrideProblems, parseOverrides } from '../../../src/report/prices/overrides.ts'
import { withOverrides } from '../../../src/report/prices/with-overrides.ts'
import { answer } from '../../../src/report/reconcile/formats/words.ts'
import type { Reconciliation } from '../../../src/report/reconcile/model.ts'
import { reconcile } from '../../../src/report/reconcile/reconcile.ts'
import {
  ACCOUNTS,
  anyUse,
  BOOK,
  billedOn,
  billLine,
  causesOf,
  DAYS,
  MODELS,
  measuredRow,
  nanos,
  PLACES,
  question,
  rateOf,
  type Twist,
  type Use,
} from '../../support/reconcile-world.ts'

const NANO = 10n ** 9n
const [CLAUDE = '', HAIKU = '', NOVA = ''] = MODELS
const [ACCOUNT = '', OTHER = ''] = ACCOUNTS
const [HERE = '', THERE = ''] = PLACES

const use = (more: Partial<Use> = {}): Use => ({
  day: 0,
  account: ACCOUNT,
  region: HERE,
  model: CLAUDE,
  kind: 'input',
  tokens: 1_000_000,
  twist: 'none',
  ...more,
})
const atList = (one: Use, tokens = one.tokens) => billLine(one, tokens, BigInt(tokens) * billedOn(one).rate)
const discounted = (one: Use, percent: bigint, more: Partial<BillLine> = {}) =>
  billLine(one, one.tokens, (BigInt(one.tokens) * billedOn(one).rate * (100n - percent)) / 100n, more)
const list = (one: Use, tokens = one.tokens) => (BigInt(tokens) * billedOn(one).rate) / NANO
/** At the rate that an estimate takes it for. */
const plain = (one: Use, tokens = one.tokens) => (BigInt(tokens) * rateOf(one.model, one.kind)) / NANO

function addsUp({ total, causes, groups, models, days, cells }: Reconciliation): void {
  for (const one of [total, ...groups, ...models, ...days, ...cells]) {
    expect(nanos(one.quantityUsd) + nanos(one.rateUsd) + nanos(one.unexplainedUsd)).toBe(nanos(one.differenceUsd))
    expect(nanos(one.billUsd) - nanos(one.estimateUsd)).toBe(nanos(one.differenceUsd))
  }
  const sum = (all: readonly { usd: number }[]) => all.reduce((most, { usd }) => most + nanos(usd), 0n)
  expect(sum(causes)).toBe(nanos(total.differenceUsd))
  for (const cell of cells) expect(sum(cell.causes)).toBe(nanos(cell.differenceUsd))
  const billed = (all: readonly { billUsd: number }[]) => all.reduce((most, { billUsd }) => most + nanos(billUsd), 0n)
  for (const parts of [groups, models, days, cells]) expect(billed(parts)).toBe(nanos(total.billUsd))
}

describe('a difference between bill and estimate', () => {
  it('is none where the bill has what was measured, at its price', () => {
    const uses = [use(), use({ kind: 'output', model: NOVA, day: 1 })]
    const result = reconcile(
      question(
        uses.map((one) => atList(one)),
        uses.map((one) => measuredRow(one)),
      ),
    )
    expect(result.total).toMatchObject({ differenceUsd: 0, unexplainedUsd: 0, unexplainedPercent: 0 })
    expect(result).toMatchObject({ causes: [], proposal: null })
    addsUp(result)
  })

  it('says what share of the bill is unexplained, and where that is over and under together', () => {
    const [today, tomorrow] = [use({ tokens: 900_000 }), use({ day: 1, tokens: 900_000 })]
    const more = [today, tomorrow].map((one) => atList({ ...one, tokens: 1_000_000 }))
    const rows = [today, tomorrow].map((one) => measuredRow(one))
    const said = (lines: BillLine[]) => answer(reconcile(question(lines, rows))).at(-1)
    expect(said(more)).toMatch(/^unexplained \$[\d.]+ \(10\.0 % of the bill\)$/)
    const less = atList({ ...tomorrow, tokens: 800_000 })
    expect(said([...more.slice(0, 1), less])).toBe('unexplained $0.00 (11.1 % of the bill, over and under together)')
  })

  it('has no known cause where a part of the bill could not be read', () => {
    const rows = [use(), use({ account: OTHER }), use({ day: 1 })].map((one) => measuredRow(one))
    for (const lines of [[], [atList(use({ day: 1 }))]]) {
      const { causes } = reconcile(question(lines, rows, { looked: { isBillWhole: false } }))
      expect(causes.map(({ of, cause }) => `${of} ${cause}`)).toEqual(['unexplained quantity'])
    }
  })

  test.each<[string, BillLine[], Use[], Record<string, bigint>]>([
    [
      'an account that was not looked at',
      [atList(use({ account: '9'.repeat(12) }))],
      [],
      { 'quantity account': list(use()) },
    ],
    [
      'a Region that was not looked at',
      [atList(use({ region: 'ap-south-1' }))],
      [],
      { 'quantity region': list(use()) },
    ],
    [
      'calls through the OpenAI-compatible endpoint',
      [atList(use({ twist: 'mantle' }))],
      [],
      { 'quantity mantle': list(use()) },
    ],
    ['batch jobs', [atList(use({ twist: 'batch' }))], [], { 'quantity batch': list(use({ twist: 'batch' })) }],
    [
      'batch at its price where it is measured',
      [atList(use({ twist: 'batch' }))],
      [use()],
      { 'rate batch': -list(use({ twist: 'batch' })) },
    ],
    ['the flex tier', [atList(use({ twist: 'flex' }))], [use()], { 'rate flex': -list(use({ twist: 'flex' })) }],
    ['the priority tier', [atList(use({ twist: 'priority' }))], [use()], { 'rate priority': (list(use()) * 3n) / 4n }],
    ['long prompts', [atList(use({ twist: 'long' }))], [use()], { 'rate long-prompt': list(use()) }],
    ['global routing', [atList(use({ twist: 'global' }))], [use()], { 'rate routing': -list(use()) / 10n }],
    [
      'cache writes for an hour, which are the same writes',
      [
        atList(use({ kind: 'cacheWrite', twist: 'hour', tokens: 400 })),
        atList(use({ kind: 'cacheWrite', tokens: 600 })),
      ],
      [use({ kind: 'cacheWrite', tokens: 1_000 })],
      {
        'rate cache-ttl':
          list(use({ kind: 'cacheWrite', twist: 'hour' }), 400) - plain(use({ kind: 'cacheWrite' }), 400),
      },
    ],
    [
      'use without a price',
      [billLine(use({ model: 'maker.new' }), 1_000, 5n * NANO * NANO)],
      [use({ model: 'maker.new' })],
      { 'rate unpriced': 5n * NANO },
    ],
    [
      'an account that the bill does not cover',
      [atList(use())],
      [use(), use({ account: OTHER })],
      { 'quantity unbilled-account': -list(use()) },
    ],
    [
      'days before the bill begins',
      [atList(use({ day: 1 }))],
      [use(), use({ day: 1 })],
      { 'quantity unbilled-days': -list(use()) },
    ],
    ['days of a bill with nothing on it', [], [use()], { 'quantity unbilled-days': -list(use()) }],
    [
      'nothing known: more was billed',
      [atList(use())],
      [use({ tokens: 900_000 })],
      { 'unexplained quantity': list(use(), 100_000) },
    ],
    [
      'nothing known: less was billed',
      [atList(use(), 900_000)],
      [use()],
      { 'unexplained quantity': -list(use(), 100_000) },
    ],
    [
      'nothing known: another rate on one day',
      [discounted(use(), 10n)],
      [use()],
      { 'unexplained rate': -list(use()) / 10n },
    ],
    [
      'the rounding of a bill',
      [billLine(use(), 1_000_000, BigInt(1_000_000) * billedOn(use()).rate + NANO)],
      [use()],
      { 'rate rounding': 1n },
    ],
  ])('is of %s', (_what, lines, uses, causes) => {
    const result = reconcile(
      question(
        lines,
        uses.map((one) => measuredRow(one)),
      ),
    )
    expect(causesOf(result)).toEqual(new Map(Object.entries(causes)))
    addsUp(result)
  })

  it('is of what there is no estimate of, by its kind; what is of no known kind stays unexplained', () => {
    const of = (kind: BillLine['kind'], usd: bigint) =>
      billLine(use(), 1, usd * NANO * NANO, { kind, model: '', unit: '' })
    const result = reconcile(question([of('guardrails', 3n), of('provisioned', 40n), of('unclassified', 2n)], []))
    expect(causesOf(result)).toEqual(
      new Map([
        ['quantity provisioned', 40n * NANO],
        ['quantity guardrails', 3n * NANO],
        ['unexplained kind', 2n * NANO],
      ]),
    )
    expect(result.total).toMatchObject({ unexplainedPercent: (2 / 45) * 100 })
  })

  it('is late on days that are not final, and only there', () => {
    const uses = [use(), use({ day: 5 })]
    const lines = uses.map((one) => atList(one, one.tokens / 4))
    const looked = { finalUntil: Date.UTC(2026, 9, 6) }
    const result = reconcile(
      question(
        lines,
        uses.map((one) => measuredRow(one)),
        { looked },
      ),
    )
    const lacking = -list(use(), 750_000)
    expect(causesOf(result)).toEqual(
      new Map([
        ['quantity late', lacking],
        ['unexplained quantity', lacking],
      ]),
    )
  })

  it('is of a day without logs where the estimate is of logs', () => {
    const uses = [use(), use({ day: 1 })]
    const lines = uses.map((one) => atList(one))
    const rows = [measuredRow(use())]
    expect([...causesOf(reconcile(question(lines, rows))).keys()]).toEqual(['unexplained quantity'])
    const ofLogs = reconcile(question(lines, rows, { looked: { readsLogs: true } }))
    expect([...causesOf(ofLogs).keys()]).toEqual(['quantity logging'])
  })

  it('is unexplained though what is above and what is below cancel out', () => {
    const result = reconcile(
      question(
        [atList(use()), atList(use({ day: 1 }))],
        [measuredRow(use({ tokens: 900_000 })), measuredRow(use({ day: 1, tokens: 1_100_000 }))],
      ),
    )
    expect(result.total).toMatchObject({ differenceUsd: 0, unexplainedUsd: 0, unexplainedPercent: 10 })
  })
})

describe('the names of a model', () => {
  test.each([
    'global.',
    'us.',
    'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.',
    'arn:aws:bedrock:us-east-1::foundation-model/',
  ])('are of the same model with %s', (prefix) => {
    const result = reconcile(
      question(
        [atList(use({ twist: prefix === 'global.' ? 'global' : 'none' }))],
        [measuredRow(use(), `${prefix}${CLAUDE}`)],
      ),
    )
    expect(result.cells).toHaveLength(1)
    expect(result.cells[0]).toMatchObject({ billedQuantity: 1_000_000, measuredQuantity: 1_000_000 })
  })

  it('are looked up where a profile or a router stands for it', () => {
    const rows = [
      measuredRow(use({ tokens: 500_000 }), 'a1b2c3d4e5f6'),
      { ...measuredRow(use({ tokens: 500_000 }), 'arn:aws:bedrock:us-east-1:1:prompt-router/x'), billedModel: CLAUDE },
    ]
    const modelOf = (id: string) => (id === 'a1b2c3d4e5f6' ? CLAUDE : undefined)
    const { cells } = reconcile(question([atList(use())], rows, { modelOf }))
    expect(cells).toHaveLength(1)
    expect(cells[0]).toMatchObject({ model: CLAUDE, measuredQuantity: 1_000_000 })
  })

  it('are those of a bill where the program does not know the model', () => {
    const result = reconcile(
      question(
        [billLine(use({ model: 'Claude Sonnet 9.1' }), 100, 0n)],
        [measuredRow(use({ tokens: 100 }), 'us.anthropic.claude-sonnet-9-1-20270101-v1:0')],
      ),
    )
    expect(result.cells).toMatchObject([{ model: 'Claude Sonnet 9.1', billedQuantity: 100, measuredQuantity: 100 }])
  })
})

describe('a rate of your own', () => {
  const uses = [0, 1, 2].flatMap((day) => [
    use({ day }),
    use({ day, kind: 'output', model: HAIKU }),
    use({ day, model: NOVA }),
  ])
  const rows = uses.map((one) => measuredRow(one))
  const claude = (model: string) => model.startsWith('anthropic.')

  it('is told where a provider is billed at a constant share of the public price, and proposed', () => {
    const lines = uses.map((one) => discounted(one, claude(one.model) ? 10n : 0n))
    const result = reconcile(question(lines, rows))
    expect([...causesOf(result).keys()]).toEqual(['rate private-rate'])
    expect(result.proposal).toEqual({
      says: ['you pay 0.9 × the public price for anthropic.*'],
      prices: { 'anthropic.*': [{ discountPercent: 10 }] },
    })
    addsUp(result)
  })

  it('is of one model where others of the provider have another', () => {
    const lines = uses.map((one) => discounted(one, one.model === HAIKU ? 25n : 0n))
    expect(reconcile(question(lines, rows)).proposal?.prices).toEqual({ [HAIKU]: [{ discountPercent: 25 }] })
  })

  it('is of one Region where others have another', () => {
    const two = uses.flatMap((one) => [one, { ...one, region: THERE }])
    const lines = two.map((one) => discounted(one, one.region === THERE ? 5n : 0n))
    const { proposal, total } = reconcile(
      question(
        lines,
        two.map((one) => measuredRow(one)),
      ),
    )
    expect(proposal?.prices).toEqual({
      [CLAUDE]: [{ region: THERE, discountPercent: 5 }],
      [HAIKU]: [{ region: THERE, discountPercent: 5 }],
      [NOVA]: [{ region: THERE, discountPercent: 5 }],
    })
    expect(total.unexplainedUsd).toBe(0)
  })

  it('may begin on a day', () => {
    const longer = [0, 1, 2, 3].map((day) => use({ day }))
    const lines = longer.map((one) => discounted(one, one.day < 2 ? 0n : 20n))
    const result = reconcile(
      question(
        lines,
        longer.map((one) => measuredRow(one)),
      ),
    )
    expect([...causesOf(result).keys()]).toEqual(['rate price-change'])
    expect(result.proposal?.prices).toEqual({ 'anthropic.*': [{ from: '2026-10-03', discountPercent: 20 }] })
  })

  it('is none where the share is another every day: that stays unexplained', () => {
    const lines = uses.map((one) => discounted(one, BigInt(one.day + 1)))
    const result = reconcile(question(lines, rows))
    expect([...causesOf(result).keys()]).toEqual(['unexplained rate'])
    expect(result.proposal).toBeNull()
  })

  it('is told by the bill itself where it has the public price, on one day', () => {
    const one = use()
    const amounts = { ...discounted(one, 10n).amounts, list: list(one) * NANO }
    const result = reconcile(question([discounted(one, 10n, { amounts })], [measuredRow(one)]))
    expect(causesOf(result)).toEqual(new Map([['rate private-rate', -list(one) / 10n]]))
    expect(result.proposal?.prices).toEqual({ 'anthropic.*': [{ discountPercent: 10 }] })
  })

  it("is apart from a public price that is not the price book's, and from discounts", () => {
    const one = use()
    const cost = list(one) * NANO
    const amounts = {
      unblended: (cost * 11n) / 10n,
      net: cost / 2n,
      amortized: null,
      'net-amortized': null,
      list: (cost * 12n) / 10n,
    }
    const result = reconcile(
      question(
        [atList(one)].map((line) => ({ ...line, amounts })),
        [measuredRow(one)],
        { metric: 'net' },
      ),
    )
    const tenth = list(one) / 10n
    expect(causesOf(result)).toEqual(
      new Map([
        ['rate discount', -6n * tenth],
        ['rate list-price', 2n * tenth],
        ['rate private-rate', -tenth],
      ]),
    )
    addsUp(result)
  })

  it('explains all once it is in the configuration, and is not proposed again', () => {
    const lines = uses.map((one) => discounted(one, claude(one.model) ? 10n : 0n))
    const { proposal } = reconcile(question(lines, rows))
    expect(overrideProblems(proposal?.prices)).toEqual([])
    const book = withOverrides({ prices: parseOverrides(proposal?.prices, 'it'), source: 'it' }, BOOK)
    const again = reconcile(question(lines, rows, { book }))
    expect(again).toMatchObject({ causes: [], total: { differenceUsd: 0 } })
    const wrong = reconcile(
      question(
        uses.map((one) => discounted(one, 20n)),
        rows,
        { book },
      ),
    )
    expect([...causesOf(wrong).keys()]).toContain('rate own-prices')
    expect(wrong.proposal?.prices).toMatchObject({ 'anthropic.*': [{ discountPercent: 20 }] })
  })
})

/** What a seeded world is billed and what an estimate has of it, with every cause's amount by hand. */
const anyWorld = fc.record({
  uses: fc.array(anyUse, { minLength: 1, maxLength: 60 }),
  percent: fc.record({ anthropic: fc.integer({ min: -20, max: 40 }), amazon: fc.integer({ min: 0, max: 40 }) }),
  tellsList: fc.boolean(),
  readsLogs: fc.boolean(),
  measuresBatch: fc.boolean(),
  unseenAccount: fc.boolean(),
  unseenRegion: fc.boolean(),
  darkDay: fc.option(fc.nat(DAYS - 1), { nil: undefined }),
  lateQuarters: fc.integer({ min: 0, max: 4 }),
})

/** Every model on every day, so that a rate can be told. */
const BASE: readonly Use[] = MODELS.flatMap((model) =>
  Array.from({ length: DAYS }, (_, day) => use({ model, day, tokens: 40_000_000 })),
)

describe('of any traffic', () => {
  test('every cause is named with its amount, and nothing is unexplained', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { percent, tellsList, readsLogs, measuresBatch, unseenAccount, unseenRegion, darkDay, lateQuarters } =
          world
        const expected = new Map<string, bigint>()
        const add = (cause: string, amount: bigint) => expected.set(cause, (expected.get(cause) ?? 0n) + amount)
        const regions = unseenRegion ? [HERE] : PLACES
        const accounts = unseenAccount ? [ACCOUNT] : ACCOUNTS
        const isDark = ({ day }: Use) => readsLogs && day === darkDay
        const lines: BillLine[] = []
        const rows = []
        for (const one of [...BASE, ...world.uses]) {
          const { rate } = billedOn(one)
          const off = BigInt(one.model.startsWith('anthropic') ? percent.anthropic : percent.amazon)
          const isLate = one.day === DAYS - 1
          const tokens = isLate ? Math.floor((one.tokens * lateQuarters) / 4) : one.tokens
          const cost = BigInt(tokens) * rate
          const amount = (cost * (100n - off)) / 100n
          if (tokens > 0) {
            const line = billLine(one, tokens, amount)
            lines.push(tellsList ? { ...line, amounts: { ...line.amounts, list: cost } } : line)
          }
          add('rate private-rate', amount - cost)
          const why = !accounts.includes(one.account)
            ? 'account'
            : !regions.includes(one.region)
              ? 'region'
              : one.twist === 'mantle'
                ? 'mantle'
                : one.twist === 'batch' && (!measuresBatch || isDark(one) || isLate)
                  ? 'batch'
                  : isDark(one)
                    ? 'logging'
                    : undefined
          if (why) {
            add(`quantity ${why}`, cost)
            continue
          }
          rows.push(measuredRow(one))
          const estimated = rateOf(one.model, one.kind)
          add(`quantity late`, -BigInt(one.tokens - tokens) * estimated)
          add(`rate ${causeOf(one.twist)}`, BigInt(tokens) * (rate - estimated))
        }
        const looked = {
          accounts: new Set(accounts),
          regions: new Set(regions),
          readsLogs,
          finalUntil: Date.UTC(2026, 9, DAYS),
        }
        const result = reconcile(question(lines, rows, { looked }))
        addsUp(result)
        const slack = BigInt(result.cells.length * 4)
        const found = causesOf(result)
        found.delete('rate rounding')
        for (const cause of new Set([...expected.keys(), ...found.keys()])) {
          const away = (found.get(cause) ?? 0n) - (expected.get(cause) ?? 0n) / NANO
          if (away > slack || away < -slack)
            throw new Error(`${cause}: ${found.get(cause)}, not ${(expected.get(cause) ?? 0n) / NANO}`)
        }
        expect(result.total).toMatchObject({ unexplainedUsd: 0, unexplainedPercent: 0 })
      }),
      { numRuns: 60 },
    )
  })

  test('all adds up, whatever stands on the bill and in the estimate', () => {
    const anyLine = fc.record({
      use: anyUse,
      tokens: fc.integer({ min: -1_000, max: 9_000_000 }),
      amount: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 22n }),
      list: fc.option(fc.bigInt({ min: 0n, max: 10n ** 22n })),
      net: fc.option(fc.bigInt({ min: 0n, max: 10n ** 22n })),
    })
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 40 }),
        fc.array(anyUse, { maxLength: 40 }),
        fc.boolean(),
        (of, uses, isNet) => {
          const lines = of.map(({ use: one, tokens, amount, list: public_, net }) => {
            const line = billLine(one, tokens, amount)
            return { ...line, amounts: { ...line.amounts, list: public_, net } }
          })
          addsUp(
            reconcile(
              question(
                lines,
                uses.map((one) => measuredRow(one)),
                { metric: isNet ? 'net' : 'unblended', looked: { finalUntil: Date.UTC(2026, 9, 4), readsLogs: isNet } },
              ),
            ),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** What tells the twist of a use by its rate. */
function causeOf(twist: Twist): string {
  if (twist === 'long') return 'long-prompt'
  if (twist === 'hour') return 'cache-ttl'
  return twist === 'global' ? 'routing' : twist
}

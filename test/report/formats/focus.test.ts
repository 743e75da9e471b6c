import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { FOCUS_VERSIONS } from '../../../src/report/formats/focus/asked.ts'
import { notices, renderReport } from '../../../src/report/formats/focus.ts'
import { summarize } from '../../../src/report/summarize.ts'
import type { ReportView } from '../../../src/report/view.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { anyFocusRows, csvRecords, FOCUS_BOOK, FOCUS_WINDOW, focusView } from '../../support/focus.ts'
import { columnsIn, exact, type FocusRecord, focusFaults } from '../../support/focus-rules.ts'
import { noPaint } from '../../support/paint.ts'
import { facts, reading, row, START } from '../../support/report-rows.ts'

const anyBy = fc.subarray(['hour', 'identity', 'metadata:team'])
const toNano = (atto: bigint) => {
  const [whole, twice] = [atto / 1_000_000_000n, 2n * (atto % 1_000_000_000n)]
  return whole + (twice > 1_000_000_000n || (twice === 1_000_000_000n && whole % 2n === 1n) ? 1n : 0n)
}
const nano = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e9))
const table = (view: ReportView, version?: string) =>
  csvRecords(renderReport(view, { width: 80, paint: noPaint, ...(version && { version }) }))
const sum = (records: readonly FocusRecord[], name: string, decimals: number) =>
  records.reduce((total, record) => total + exact(record[name] || '0', decimals), 0n)

test('the standard has 57 columns of cost and usage in 1.2, and 65 in 1.4', () => {
  expect([columnsIn('1.2').length, columnsIn('1.4').length]).toEqual([57, 65])
})

test.each<[string, Partial<FocusRecord>]>([
  ['BillingAccountId is null', { BillingAccountId: '' }],
  ["ChargeCategory is 'usage'", { ChargeCategory: 'usage' }],
  ['BilledCost is no decimal: 1e-7', { BilledCost: '1e-7' }],
  ['ChargePeriodStart is no time of UTC: 2026-11-30', { ChargePeriodStart: '2026-11-30' }],
  ['ConsumedUnit is no unit: tokens', { ConsumedUnit: 'tokens' }],
  ['the billing period is no month', { BillingPeriodEnd: '2026-12-02T00:00:00Z' }],
  ['the charge period is not in its billing period', { ChargePeriodEnd: '2026-12-01T00:00:01Z' }],
  ['ListUnitPrice without SkuPriceId', { SkuPriceId: '' }],
  ['ListUnitPrice is null although', { ListUnitPrice: '' }],
  ['ListCost is not ListUnitPrice times PricingQuantity', { ListCost: '4.07407110000000001' }],
  ['Tags is no object: []', { Tags: '[]' }],
  ['ConsumedQuantity of what is no use', { ChargeCategory: 'Credit' }],
])('the rules notice: %s', (fault, change) => {
  const { columns, records } = table(
    focusView([row('maker.listed', { inputTokens: 1234567 }, { start: Date.UTC(2026, 10, 30) })]),
  )
  expect(focusFaults(columns, records, '1.2')).toEqual([])
  const broken = records.map((record) => ({ ...record, ...change })) as FocusRecord[]
  expect(focusFaults(columns, broken, '1.2').join()).toContain(fault)
  expect(focusFaults(columns.filter((name) => name !== 'ListCost').concat('Cost'), records, '1.4')).toEqual(
    expect.arrayContaining(['ListCost is missing', 'Cost is no column of 1.4', 'ProviderName is no column of 1.4']),
  )
})

describe.each(FOCUS_VERSIONS)('FOCUS %s', (version) => {
  test('keeps the rules of the standard, whatever was used', () => {
    fc.assert(
      fc.property(anyFocusRows, anyBy, (rows, by) => {
        const { columns, records } = table(focusView(rows, by), version)
        expect(focusFaults(columns, records, version)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

test('rows add up to the report, to the nano-dollar and to the token', () => {
  fc.assert(
    fc.property(anyFocusRows, anyBy, (rows, by) => {
      const view = focusView(rows, by)
      const { total, groups } = view.report
      const { records } = table(view)
      for (const cost of ['BilledCost', 'EffectiveCost', 'ContractedCost']) {
        expect(toNano(sum(records, cost, 18))).toBe(nano(total.costUsd))
      }
      const listed = records.filter(({ ListUnitPrice }) => ListUnitPrice)
      expect(toNano(sum(listed, 'ListCost', 18))).toBe(nano(total.listCostUsd))
      const ofTokens = records.filter(({ ConsumedUnit }) => ConsumedUnit === 'Tokens')
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = total
      expect(sum(ofTokens, 'ConsumedQuantity', 0)).toBe(
        BigInt((inputTokens ?? 0) + (outputTokens ?? 0) + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0)),
      )
      const priced = ofTokens.filter(({ PricingQuantity }) => PricingQuantity !== '')
      expect(sum(priced, 'PricingQuantity', 6)).toBe(sum(priced, 'ConsumedQuantity', 0))
      const charged = [...(view.charges?.groups ?? [])]
      const calls = charged.reduce(
        (all, { invocations, lines }) => all + (lines.length > 0 ? (invocations ?? 0) : 0),
        0,
      )
      const sumOf = (some: readonly { invocations: number | null }[]) =>
        some.reduce((all, { invocations }) => all + (invocations ?? 0), 0)
      expect(sumOf(charged)).toBe(sumOf(groups))
      expect(sum(records, 'x_InvocationCount', 0)).toBe(BigInt(calls))
    }),
    { numRuns: 60 },
  )
})

test('models cost in it what they cost in the report by model, which is rounded', () => {
  fc.assert(
    fc.property(anyFocusRows, (rows) => {
      const asked = { ...facts, hours: (FOCUS_WINDOW.end - FOCUS_WINDOW.start) / HOUR_MS }
      const byModel = summarize(reading(rows, { window: FOCUS_WINDOW }), asked, FOCUS_BOOK).report
      const { records } = table(focusView(rows))
      for (const { key, costUsd } of byModel.groups) {
        const own = records.filter((record) => record.x_ModelId === csvName(key.model ?? ''))
        const apart = toNano(sum(own, 'BilledCost', 18)) - nano(costUsd)
        // A nano-dollar for each of the kinds.
        expect(apart >= -7n && apart <= 7n).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
})

/** As CSV has what a spreadsheet would take for a formula. */
const csvName = (name: string) => (name.startsWith('=') ? `'${name}` : name)

describe('a row', () => {
  const at = (model: string, counters: object, more: object = {}) =>
    row(model, { invocations: 3, ...counters }, { start: Date.UTC(2026, 10, 30, 5), ...more })

  it('has tokens, millions of them, the price of a million and the exact cost', () => {
    const { records } = table(focusView([at('maker.listed', { inputTokens: 1234567, outputTokens: 1 })]))
    expect(records).toMatchObject([
      {
        ConsumedQuantity: '1234567',
        ConsumedUnit: 'Tokens',
        PricingQuantity: '1.234567',
        PricingUnit: '1000000 Tokens',
        ListUnitPrice: '3.3',
        BilledCost: '4.0740711',
        SkuMeter: 'Input Tokens',
        SkuId: 'us-east-1/maker.listed/input',
        SkuPriceId: 'us-east-1/maker.listed/input/standard',
        BillingPeriodStart: '2026-11-01T00:00:00Z',
        BillingPeriodEnd: '2026-12-01T00:00:00Z',
        ChargePeriodStart: '2026-11-30T00:00:00Z',
        ChargePeriodEnd: '2026-12-01T00:00:00Z',
        BillingAccountName: 'prod',
        ResourceId: 'maker.listed',
        ResourceType: 'Foundation Model',
        x_ModelProvider: 'maker',
        x_TokenType: 'input',
        x_InvocationCount: '3',
        x_PriceSource: 'test@1',
        x_Estimated: 'true',
        x_Unpriced: 'false',
      },
      { PricingQuantity: '0.000001', BilledCost: '0.00000000875', x_TokenType: 'output', x_InvocationCount: '' },
    ])
  })

  it('has the price of the list beside the own one', () => {
    const { records } = table(focusView([at('us.maker.own', { inputTokens: 1_000_000 })]))
    expect(records).toMatchObject([
      {
        ListUnitPrice: '3.3',
        ContractedUnitPrice: '2.97',
        ListCost: '3.3',
        BilledCost: '2.97',
        ResourceType: 'Inference Profile',
      },
    ])
  })

  it('has no price columns where the list has none: of what is priced the cost, of what is not 0', () => {
    const rows = [at('maker.mine', { inputTokens: 1_000_000 }), at('maker.none', { inputTokens: 7 })]
    const { columns, records } = table(focusView(rows))
    expect(columns).not.toContain('ListUnitPrice')
    expect(records).toMatchObject([
      { BilledCost: '3.3', ListCost: '3.3', SkuPriceId: '', PricingQuantity: '', x_Unpriced: 'false' },
      { BilledCost: '0', ListCost: '0', SkuPriceId: '', ConsumedQuantity: '7', x_Unpriced: 'true', x_PriceSource: '' },
    ])
  })

  it('is of each tier and length of prompt apart', () => {
    const terms = (tier: string, promptOver = 0) => ({ terms: { tier, promptOver } })
    const rows = [
      at('maker.listed', { inputTokens: 2 }, terms('flex')),
      at('maker.listed', { inputTokens: 3 }, terms('flex', 200_000)),
      at('maker.listed', { inputTokens: 4 }, { ...terms('flex'), start: Date.UTC(2026, 10, 30, 6) }),
    ]
    expect(table(focusView(rows)).records).toMatchObject([
      {
        SkuPriceId: 'us-east-1/maker.listed/input/flex',
        ConsumedQuantity: '6',
        SkuPriceDetails: '{"x_ServiceTier":"flex"}',
      },
      {
        SkuPriceId: 'us-east-1/maker.listed/input/flex/over-200000',
        SkuPriceDetails: '{"x_ServiceTier":"flex","x_PromptOver":200000}',
      },
    ])
  })

  it('of a profile has its name and tags, and the model that it stands for', () => {
    const rows = [at('a1b2c3d4e5f6', { inputTokens: 5 })]
    expect(table(focusView(rows)).records).toMatchObject([
      {
        ResourceId: 'a1b2c3d4e5f6',
        ResourceName: 'checkout',
        ResourceType: 'Inference Profile',
        SkuId: 'us-east-1/maker.listed/input',
        Tags: '{"team":"shop","stage":"prod"}',
      },
    ])
  })

  it('has who called and what the call said of itself, where it is grouped by these', () => {
    const identity = 'arn:aws:sts::111122223333:assumed-role/a/b'
    const dimensions = { model: 'maker.listed', account: '', region: '', identity, 'metadata:team': 'search' }
    const view = focusView([at('maker.listed', { inputTokens: 5 }, { dimensions })], ['identity', 'metadata:team'])
    expect(table(view).records).toMatchObject([
      { x_PrincipalArn: identity, Tags: '{"team":"search"}', BillingAccountId: 'unknown', RegionId: '' },
    ])
    expect(table(focusView([])).columns).not.toContain('x_PrincipalArn')
  })

  it('ends with the window, where that ends within the day', () => {
    const rows = [at('maker.listed', { inputTokens: 5 }, { start: FOCUS_WINDOW.end - HOUR_MS })]
    expect(table(focusView(rows)).records).toMatchObject([
      { ChargePeriodStart: '2026-12-02T00:00:00Z', ChargePeriodEnd: '2026-12-02T07:30:00Z' },
    ])
    expect(table(focusView(rows, ['hour'])).records).toMatchObject([
      { ChargePeriodStart: '2026-12-02T06:00:00Z', ChargePeriodEnd: '2026-12-02T07:00:00Z' },
    ])
  })
})

describe('of a bill', () => {
  const window = { start: Date.UTC(2026, 9, 1), end: Date.UTC(2026, 10, 1) }
  const view = (until = window.end) => {
    const bill = {
      metric: 'unblended',
      lines: [],
      through: Date.UTC(2026, 9, 31),
      isFinal: true,
      adjustments: new Map([
        ['tax', 190_000_000_000_000_000n],
        ['credits', -1_000_000_001_000_000_000n],
        ['discounts', -250_000_000_000_000_000n],
      ] as const),
    } as const
    const charge = (kind: string, quantity: number, amount: bigint) => {
      const { charges } = focusView([row('maker.listed', { inputTokens: 1 }, { start: FOCUS_WINDOW.start })])
      const [line] = [...(charges?.groups ?? [])].flatMap(({ lines }) => lines)
      if (!line) throw new Error('no line')
      const kinds = {
        input: line.kind,
        other: { ...line.kind, name: 'other', unit: 'charges', title: 'other' } as never,
      }
      return { kind: kinds[kind as keyof typeof kinds], quantity, rate: null, amount, source: 'bill', listAmount: null }
    }
    const dimensions = {
      model: 'anthropic.claude-sonnet-4-6',
      account: '111122223333',
      region: 'us-east-1',
      service: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)',
      'usage-type': 'USE1-MP:USE1_InputTokenCount-Units',
      kind: 'input',
      tier: 'standard',
    }
    const rows = [
      row(
        '',
        {},
        { start: window.start, dimensions, charges: [charge('input', 1_500_000, 4_500_000_000_000_000_001n)] },
      ),
      row(
        '',
        {},
        {
          start: window.start,
          dimensions: {
            ...dimensions,
            service: 'Amazon Bedrock',
            'usage-type': 'USE1-Guardrail-Units',
            kind: 'guardrails',
          },
          charges: [charge('other', 1, 20_000_000_000_000_000n)],
        },
      ),
    ]
    const by = ['day', 'account', 'region', 'model', 'service', 'usage-type', 'kind', 'tier']
    return summarize(
      reading(rows, { window: { ...window, end: until }, bill: { ...bill, lines: [] } }),
      { ...facts, hours: (until - window.start) / HOUR_MS, charges: by, generatedAt: START },
      FOCUS_BOOK,
    )
  }

  it.each(FOCUS_VERSIONS)('it keeps the rules of %s', (version) => {
    const { columns, records } = table(view(), version)
    expect(focusFaults(columns, records, version)).toEqual([])
  })

  it('rows are what was billed, and add up to all of it with what it adds and takes off', () => {
    const { records } = table(view())
    expect(records).toMatchObject([
      {
        BilledCost: '4.500000000000000001',
        ListCost: '4.500000000000000001',
        ServiceName: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)',
        SkuId: 'USE1-MP:USE1_InputTokenCount-Units',
        SkuMeter: 'Input Tokens',
        ConsumedQuantity: '1500000',
        ResourceId: '',
        x_Estimated: 'false',
      },
      { BilledCost: '0.02', SkuMeter: 'guardrails', ConsumedQuantity: '', x_Kind: 'guardrails' },
      { ChargeCategory: 'Tax', BilledCost: '0.19', ChargePeriodEnd: '2026-11-01T00:00:00Z' },
      { ChargeCategory: 'Credit', BilledCost: '-1.000000001' },
      { ChargeCategory: 'Adjustment', ChargeDescription: 'discounts on the bill for Amazon Bedrock' },
    ])
    expect(toNano(sum(records, 'BilledCost', 18))).toBe(nano(view().report.bill?.totalUsd ?? null))
    expect(notices(view())).toEqual([])
  })

  it('of several months, what is told of all of them is left out and named', () => {
    const long = view(window.end + HOUR_MS)
    expect(table(long).records).toHaveLength(2)
    expect(notices(long)).toMatchObject([
      { code: 'adjustments-left-out', message: expect.stringContaining('tax, credits') },
    ])
  })
})

test('that costs are estimates is said', () => {
  expect(notices(focusView([row('maker.listed', { inputTokens: 1 }, { start: FOCUS_WINDOW.start })]))).toMatchObject([
    { code: 'costs-estimated' },
  ])
  expect(notices(focusView([]))).toEqual([])
})

test('a report without its charges is refused', () => {
  const { charges: _, ...view } = focusView([])
  expect(() => table(view)).toThrow(/does not have its charges/)
})

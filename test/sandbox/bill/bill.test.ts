import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type BillOptions, billOf, DAY_MS } from '../../../src/sandbox/bill/bill.ts'
import type { BillEntry, BilledCall } from '../../../src/sandbox/bill/entry.ts'
import type { CallRates } from '../../../src/sandbox/bill/models.ts'
import { generateTraffic } from '../../../src/sandbox/traffic.ts'
import { costOf } from '../../support/truth.ts'

const START = Date.UTC(2026, 10, 20)
const NOW = START + 5 * DAY_MS
const ACCOUNT = '111122223333'

const calls = (seed: number, variesTerms = false, invocationsPerHour = 8): BilledCall[] =>
  generateTraffic({
    seed,
    start: START,
    end: START + DAY_MS,
    account: ACCOUNT,
    region: 'us-east-1',
    invocationsPerHour,
    variesTerms,
  })

const usd = (perMillion: number) => BigInt(Math.round(perMillion * 1e5)) * 10n ** 7n
const rates = (input: number, output: number, read: number, write: number, hour: number, image = 0): CallRates => ({
  input: usd(input),
  output: usd(output),
  cacheRead: usd(read),
  cacheWrite: usd(write),
  cacheWrite1h: usd(hour),
  image: usd(image),
})
/** Of the price list, US dollars a million tokens, written out. */
const LIST = new Map([
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', rates(3.3, 16.5, 0.33, 4.125, 6.6)],
  ['global.anthropic.claude-haiku-4-5-20251001-v1:0', rates(1, 5, 0.1, 1.25, 2)],
  ['amazon.nova-pro-v1:0', rates(0.8, 3.2, 0.2, 0, 0)],
  ['us.amazon.nova-micro-v1:0', rates(0.035, 0.14, 0.00875, 0, 0)],
  ['amazon.titan-embed-text-v2:0', rates(0.02, 0, 0, 0, 0)],
  ['amazon.nova-canvas-v1:0', rates(0, 0, 0, 0, 0, 0.04)],
])

const sum = (entries: readonly BillEntry[], of: (entry: BillEntry) => bigint) =>
  entries.reduce((total, entry) => total + of(entry), 0n)
const bill = (some: readonly BilledCall[], options: BillOptions = {}) => billOf(some, options, NOW)
const ofType = (entries: readonly BillEntry[], type: BillEntry['lineType']) =>
  entries.filter(({ lineType }) => lineType === type)

describe('the bill of the sandbox', () => {
  test('is what the calls cost by the list, exactly, and has all of their tokens', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const some = calls(seed)
        const entries = bill(some)
        const expected = costOf(some, ({ modelId }) => LIST.get(modelId))
        expect(sum(entries, ({ unblended }) => unblended)).toBe(expected)
        expect(sum(entries, ({ list }) => list)).toBe(expected)
        const tokens = some.reduce((total, call) => total + call.inputTokens + call.cacheReadTokens, 0)
        const billed = entries.filter(({ kind }) => kind === 'input' || kind === 'cacheRead')
        expect(billed.reduce((total, { quantity }) => total + quantity, 0)).toBe(tokens)
      }),
      { numRuns: 15 },
    )
  })

  test('names tiers, long prompts and caches of an hour in usage types of their own', () => {
    const types = new Set(
      bill(calls(3, true, 120).filter(({ routedModel }) => !routedModel)).map(({ usageType }) => usageType),
    )
    expect([...types]).toEqual(
      expect.arrayContaining([
        'USE1-MP:USE1_InputTokenCount-Units',
        'USE1-MP:USE1_InputTokenCount_Global_Flex-Units',
        'USE1-MP:USE1_InputTokenCount_LCtx-Units',
        'USE1-MP:USE1_CacheWrite1hInputTokenCount-Units',
        'USE1-NovaPro-input-tokens-priority',
        'USE1-NovaPro-output-tokens-latency-optimized',
        'USE1-NovaCanvas-T2I-1024-Standard',
      ]),
    )
  })

  test('takes discounts, credits and refunds off, adds tax, and keeps each apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), fc.nat(50), (hundredths, off) => {
        const some = calls(7)
        const discountPercent = hundredths / 100
        const entries = bill(some, {
          discountPercent,
          creditsUsd: 2,
          refundsUsd: 1,
          taxPercent: 10,
          rateOff: () => off,
        })
        const usage = ofType(entries, 'Usage')
        const unblended = sum(usage, (entry) => entry.unblended)
        // Each call's part of a percentage is rounded down to an atto-dollar.
        const list = sum(usage, (entry) => entry.list)
        expect(Number(list - unblended) / Number(list)).toBeCloseTo(off / 100, 9)
        const discounts = sum(ofType(entries, 'EdpDiscount'), (entry) => entry.unblended)
        expect(Number(-discounts) / Number(unblended)).toBeCloseTo(discountPercent / 100, 9)
        // In net costs discounts are where they belong, and count once.
        expect(sum(usage, ({ net }) => net)).toBe(unblended + discounts)
        expect(sum(ofType(entries, 'EdpDiscount'), ({ net }) => net)).toBe(0n)
        expect(sum(ofType(entries, 'Credit'), (entry) => entry.unblended)).toBe(-2n * 10n ** 18n)
        expect(sum(ofType(entries, 'Refund'), (entry) => entry.unblended)).toBe(-(10n ** 18n))
        expect(sum(ofType(entries, 'Tax'), (entry) => entry.unblended)).toBe((unblended + discounts) / 10n)
      }),
      { numRuns: 10 },
    )
  })

  test('has nothing of days that are late, and of the same days more later', () => {
    const late = (now: number) => billOf(calls(1), { lateDays: 2 }, now)
    expect(late(START + DAY_MS)).toEqual([])
    expect(late(START + 2 * DAY_MS)).toEqual(bill(calls(1)))
  })

  test('has what no metric tells: batch and the OpenAI-compatible endpoint at prices of their own', () => {
    const [call] = calls(2).filter(({ modelId, outcome }) => modelId.includes('haiku') && outcome === 'success')
    const one = {
      ...(call as BilledCall),
      inputTokens: 1_000_000,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
    }
    const entries = bill([], {
      more: [
        { ...one, batch: true },
        { ...one, mantle: true },
      ],
    })
    expect(entries.map(({ usageType, unblended, service }) => [usageType, unblended, service])).toEqual([
      ['USE1-MP:USE1_InputTokenCount_Global_Batch-Units', 5n * 10n ** 17n, 'Claude Haiku 4.5 (Amazon Bedrock Edition)'],
      [
        'USE1-anthropic.claude-haiku-4-5-20251001-v1:0-mantle-input-tokens-global-standard',
        10n ** 18n,
        'Amazon Bedrock',
      ],
    ])
  })
})

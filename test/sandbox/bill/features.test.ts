import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DAY_MS } from '../../../src/sandbox/bill/bill.ts'
import { createLedger } from '../../../src/sandbox/bill/ledger.ts'
import { featureCharges, featureTraffic } from '../../../src/sandbox/traffic.ts'

const START = Date.UTC(2026, 10, 20)
const AT = { account: '111122223333', region: 'us-east-1' }

test('tokens of the OpenAI-compatible endpoint and text units of guardrails are billed as the metrics count them', () => {
  fc.assert(
    fc.property(fc.nat(1_000), (seed) => {
      const samples = featureTraffic({ seed, start: START, end: START + DAY_MS, ...AT, callsPerHour: 4 })
      const ledger = createLedger({ charges: [{ time: START, ...AT, usage: 'x', quantity: 1, unit: 'x', usd: 1 }] })
      ledger.charge(featureCharges(samples, AT))
      const entries = ledger.entries(START + 3 * DAY_MS)
      const billed = (usage: RegExp) =>
        entries.filter(({ usageType }) => usage.test(usageType)).reduce((sum, { quantity }) => sum + quantity, 0)
      const counted = (metric: string, dimensions: object[]) =>
        samples
          .filter((one) => one.name === metric && JSON.stringify(one.dimensions) === JSON.stringify(dimensions))
          .reduce((sum, { value }) => sum + value, 0)
      expect(billed(/-mantle-input-tokens-standard$/)).toBe(counted('TotalInputTokens', []))
      expect(billed(/-mantle-output-tokens-standard$/)).toBe(counted('TotalOutputTokens', []))
      for (const [policy, usage] of [
        ['ContentPolicy', /Guardrail-ContentPolicyUnitsConsumed$/],
        ['SensitiveInformationPolicy', /PaidUnitsConsumed$/],
      ] as const) {
        const of = [
          { Name: 'GuardrailPolicyType', Value: policy },
          { Name: 'Operation', Value: 'ApplyGuardrail' },
        ]
        expect(billed(usage)).toBe(counted('TextUnitCount', of))
      }
      expect(billed(/-x$/)).toBe(1)
      expect(entries.every(({ quantity, unblended }) => Number.isInteger(quantity) && unblended > 0n)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

import { expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../src/report/money.ts'
import { byRule, longFrom, termsRule } from '../../../src/report/prices/rules.ts'
import type { Terms } from '../../../src/report/terms.ts'

const STANDARD = { input: parsePrice(0.3), output: parsePrice(1.5), cacheRead: parsePrice(0.075) }
const usd = (id: string, terms: Partial<Terms>) => {
  const rule = termsRule(id, { tier: 'standard', promptOver: 0, ...terms })
  return rule && [Object.values(byRule(STANDARD, rule)).map((price) => Number(price) / 1e12), rule.words]
}

it.each([
  ['us.amazon.nova-pro-v1:0', {}, [0.3, 1.5, 0.075], ''],
  ['us.amazon.nova-pro-v1:0', { tier: 'flex' }, [0.15, 0.75, 0.0375], '× 0.5 (flex)'],
  ['us.amazon.nova-pro-v1:0', { tier: 'priority' }, [0.525, 2.625, 0.13125], '× 1.75 (priority)'],
  ['us.amazon.nova-pro-v1:0', { tier: 'latency-optimized' }, [0.375, 1.875, 0.09375], '× 1.25 (latency-optimized)'],
  ['meta.llama3-8b-instruct-v1:0', { tier: 'batch' }, [0.15, 0.75, 0.0375], '× 0.5 (batch)'],
  ['anthropic.claude-sonnet-4-20250514-v1:0', { promptOver: 128_000 }, [0.3, 1.5, 0.075], ''],
  [
    // AWS charges more only where its list has prices for long prompts.
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    { promptOver: 272_000 },
    [0.3, 1.5, 0.075],
    '',
  ],
  ['anthropic.claude-haiku-5-5', { promptOver: 100_000 }, [1.5, 7.5, 0.375], '× 5 (prompts over 100k tokens)'],
  [
    'openai.gpt-5.6-luna',
    { promptOver: 272_000, tier: 'flex' },
    [0.3, 1.125, 0.075],
    '× 0.5 (flex) × 2 (prompts over 272k tokens)',
  ],
] as [string, Partial<Terms>, number[], string][])(
  '%s on %j costs so much of its standard price',
  (id, terms, prices, words) => {
    expect(usd(id, terms)).toEqual([prices, words])
  },
)

it.each([
  ['meta.llama3-8b-instruct-v1:0', 'flex'],
  ['anthropic.claude-opus-5', 'priority'],
  ['amazon.nova-lite-v1:0', 'latency-optimized'],
  ['amazon.nova-pro-v1:0', 'reserved'],
] as const)('no rule tells what %s costs in the tier %s', (id, tier) => {
  expect(usd(id, { tier })).toBeUndefined()
})

test('from which length on a prompt is long hangs on the model', () => {
  const ids = [
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic.claude-haiku-5-5',
    'anthropic.claude-sonnet-4-6',
    'amazon.nova-pro-v1:0',
  ]
  expect(ids.map(longFrom)).toEqual([200_000, 100_000, undefined, undefined])
})

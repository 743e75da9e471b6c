import fc from 'fast-check'
import type { ModelInUse } from '../../src/steps/use/in-use.ts'

/** US dollars a million, as prices are: whole pico-dollars, most with few digits. */
const price = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0.02, 0.035, 0.14, 0.3, 0.8, 1, 3, 3.3, 3.75, 15, 16.5, 75) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 10 ** 12 }).map((picos) => Number(`${picos}e-9`)) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-7, 1.23456789012e-4) },
)
const known = (rarely: number) => fc.option(price, { nil: null, freq: rarely })
const tokens = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e5 }), fc.integer({ min: 1, max: 1e10 }))
const spelling = fc.constantFrom('TokenCount', 'Tokens')

const anyModel: fc.Arbitrary<Omit<ModelInUse, 'modelId'>> = fc.record({
  invocations: fc.nat(1e6),
  tokens: fc.record({ input: tokens, output: tokens, cacheRead: tokens, cacheWrite: tokens }),
  metrics: fc.record({
    input: fc.constant('InputTokenCount'),
    output: fc.constant('OutputTokenCount'),
    cacheRead: spelling.map((end) => `CacheReadInput${end}`),
    cacheWrite: spelling.map((end) => `CacheWriteInput${end}`),
  }),
  prices: fc.record({ input: known(8), output: known(8), cacheRead: known(3), cacheWrite: known(3) }),
})

const ids = fc.constantFrom(
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'amazon.nova-pro-v1:0',
  'abcdefghijkl',
  'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkm',
)

/** Models in use in a Region, each with an id of its own. */
export const anyModels = (most = 14): fc.Arbitrary<ModelInUse[]> =>
  fc
    .array(fc.tuple(ids, anyModel), { maxLength: most })
    .map((list) => list.map(([id, model], index) => ({ ...model, modelId: index < 4 ? `${id}${index}` : `m${index}` })))

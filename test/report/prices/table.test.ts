import { describe, expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../src/report/money.ts'
import { tableIds, tableQuote } from '../../../src/report/prices/table/index.ts'

describe('what the table says, most specific first', () => {
  it.each([
    ['the geography, and not the list', 'amazon.nova-micro-v1:0', 'us-east-1', 'us'],
    ['the Region, and not the list', 'moonshotai.kimi-k2-thinking', 'us-east-1', 'us-east-1'],
    ['the Region, and not its geography', 'amazon.nova-micro-v1:0', 'ap-northeast-1', 'ap-northeast-1'],
    ['a profile as the Region that calls', 'apac.amazon.nova-micro-v1:0', 'ap-northeast-1', 'ap-northeast-1'],
    ['a profile of its own without the list', 'us.amazon.nova-micro-v1:0', 'us-east-1', 'us'],
    ['a profile without a row as the list', 'us.cohere.embed-english-v3', 'us-east-1', 'list'],
    ['no geography whose Regions may differ', 'amazon.nova-micro-v1:0', 'ap-southeast-2', undefined],
    ['a geography of a model with one price', 'us.anthropic.claude-sonnet-4-6', 'us-west-1', 'us'],
    ['the narrowest that has a row', 'anthropic.claude-sonnet-4-6', 'ap-southeast-2', 'au'],
    ['the wider one where the narrow one has none', 'anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-south-1', 'apac'],
    ['global routing from anywhere', 'global.anthropic.claude-sonnet-4-6', 'eu-west-1', 'global'],
    ['global routing that may differ only where lists begin', 'global.amazon.nova-2-lite-v1:0', 'eu-west-1', undefined],
    ['global routing from where lists begin', 'global.amazon.nova-2-lite-v1:0', 'us-east-1', 'global'],
    ['a global price as no list price', 'anthropic.claude-sonnet-4-6', 'us-east-1', 'us'],
    ['global routing not from GovCloud', 'global.anthropic.claude-sonnet-4-6', 'us-gov-west-1', undefined],
    ['GovCloud by its Region', 'amazon.titan-embed-text-v2:0', 'us-gov-west-1', 'us-gov-west-1'],
    [
      "GovCloud's profiles by its Region",
      'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0',
      'us-gov-east-1',
      'us-gov-east-1',
    ],
    ['no commercial profile in GovCloud', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-gov-east-1', undefined],
    [
      "none of GovCloud's profiles elsewhere",
      'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0',
      'us-east-1',
      undefined,
    ],
    ['no list price where it may be another', 'moonshotai.kimi-k2-thinking', 'eu-west-1', undefined],
    ['no price of nothing', 'anthropic.claude-mythos-preview', 'us-east-1', undefined],
    ['nothing of an unknown model', 'maker.unheard-of-v1:0', 'us-east-1', undefined],
  ])('%s: %s in %s', (_what, id, region, place) => {
    expect(tableQuote(id, region)?.place).toBe(place)
  })

  test('each with its figures, those that are not known left out, and where they come from', () => {
    expect(tableQuote('amazon.titan-embed-text-v2:0', 'us-gov-west-1')).toStrictEqual({
      perMillion: { input: parsePrice(0.2) },
      source: expect.stringMatching(/^bedrock-monitor@\d{4}-\d{2}$/),
      asOf: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      place: 'us-gov-west-1',
    })
  })
})

test.each([
  ['cohere.embed-english-v3', ['']],
  ['moonshotai.kimi-k2-thinking', ['']],
  ['amazon.nova-micro-v1:0', ['', 'us.', 'apac.', 'eu.']],
  ['anthropic.claude-sonnet-4-6', ['global.', 'au.', 'eu.', 'jp.', 'us.']],
])('the ids of %s that have a price are told once each', (base, prefixes) => {
  expect(tableIds().filter((id) => id.endsWith(base))).toEqual(prefixes.map((prefix) => `${prefix}${base}`))
})

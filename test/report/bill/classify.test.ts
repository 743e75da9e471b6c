import { describe, expect, test } from '@jest/globals'
import { adjustmentOf, classify, type Described, regionOfUsage } from '../../../src/report/bill/classify.ts'
import { parseAmount, parseQuantity } from '../../../src/report/money.ts'

const BEDROCK = 'Amazon Bedrock'
const of = (usageType: string, more: Partial<Described> = {}) => classify({ service: BEDROCK, usageType, ...more })

describe('a line of a bill', () => {
  test.each<[string, Partial<Described>, string, string, object, number]>([
    ['USE1-NovaMicro-input-tokens', {}, 'amazon.nova-micro-v1:0', 'input', {}, 3],
    ['USE1-NovaLite-cache-read-input-token-count', {}, 'amazon.nova-lite-v1:0', 'cacheRead', {}, 3],
    ['USE1-Claude4.6Opus-input-tokens', {}, 'anthropic.claude-opus-4-6-v1', 'input', {}, 3],
    [
      'USE1-Claude4.6Opus-cache-write-input-token-count-cross-region-global',
      { unit: '1M tokens' },
      'anthropic.claude-opus-4-6-v1',
      'cacheWrite',
      { routing: 'global' },
      6,
    ],
    ['USE1-Claude4.6Opus-output-tokens-long-context', {}, 'anthropic.claude-opus-4-6-v1', 'output', { long: true }, 3],
    ['USE1-NovaMicro-input-tokens-batch', {}, 'amazon.nova-micro-v1:0', 'input', { tier: 'batch' }, 3],
    [
      'USE1-NovaMicro-input-tokens',
      { feature: 'Batch Inference' },
      'amazon.nova-micro-v1:0',
      'input',
      { tier: 'batch' },
      3,
    ],
    ['EUC1-NovaMicro-output-tokens-flex', {}, 'amazon.nova-micro-v1:0', 'output', { tier: 'flex' }, 3],
    [
      'USW2-anthropic.claude-opus-4-8-mantle-input-tokens-global-standard',
      {},
      'anthropic.claude-opus-4-8',
      'input',
      { mantle: true, routing: 'global' },
      3,
    ],
    [
      'USE1-MP:USE1_InputTokenCount-Units',
      { service: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)' },
      'anthropic.claude-sonnet-4-6',
      'input',
      {},
      6,
    ],
    [
      'USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units',
      {
        service: 'Claude Sonnet 4.6 (Amazon Bedrock Edition)',
        description: 'AWS Marketplace software usage|us-east-1|Million',
      },
      'anthropic.claude-sonnet-4-6',
      'cacheWrite1h',
      { routing: 'global' },
      6,
    ],
    ['USE1-Anything-input-tokens', { model: 'Nova Pro' }, 'amazon.nova-pro-v1:0', 'input', {}, 3],
    ['USE1-NewModel9-input-tokens', {}, 'newmodel9', 'input', {}, 3],
    ['USE1-NovaSonic-speech-input-tokens', {}, 'amazon.nova-sonic-v1:0', 'input', { modality: 'speech' }, 3],
    ['USE1-NewModel9-speech-output-tokens', {}, 'newmodel9-speech', 'output', { modality: 'speech' }, 3],
    ['USE1-NovaCanvas-T2I-1024-Standard', {}, 'amazon.nova-canvas-v1:0', 'images', {}, 0],
  ])('%s %j', (usageType, more, model, kind, terms, unitDigits) => {
    expect(of(usageType, more)).toMatchObject({ model, kind, terms, unitDigits })
  })

  test.each([
    ['USE1-Guardrail-ContentPolicyUnitsConsumed', 'guardrails'],
    ['USE1-Bedrock-ModelUnits-1MonthCommit', 'provisioned'],
    ['USE1-NovaMicro-ModelUnits', 'provisioned'],
    ['USE1-CustomModel-Storage', 'customModels'],
    ['USE1-InvokeFlow-NodeTransitions', 'flows'],
    ['USE1-AgentCore-Runtime-vCPU', 'agentCore'],
    ['USE1-NovaReel-T2V-720p', 'video'],
    ['USE1-NovaSonic-speech-seconds', 'speech'],
    ['USE1-Nova-Grounding-Requests', 'webGrounding'],
    ['USE1-Cohere-Rerank-SearchUnits', 'rerank'],
    ['USE1-KnowledgeBase-GenerateSQL', 'knowledgeBases'],
    ['USE1-DataAutomation-Pages', 'dataAutomation'],
    ['USE1-Something-Nobody-Knows', 'unclassified'],
  ])('%s is of no tokens: %s', (usageType, kind) => {
    expect(of(usageType)).toMatchObject({ kind, unitDigits: 0 })
  })

  test.each([
    ['Usage', undefined],
    ['DiscountedUsage', undefined],
    ['SavingsPlanCoveredUsage', undefined],
    ['EdpDiscount', 'discounts'],
    ['PrivateRateDiscount', 'discounts'],
    ['Enterprise Discount Program Discount', 'discounts'],
    ['Credit', 'credits'],
    ['Refund', 'refunds'],
    ['Tax', 'tax'],
    ['Fee', 'fees'],
    ['Recurring reservation fee', 'fees'],
    ['Anything else', 'otherLines'],
  ])('a line of type %s is %s', (type, adjustment) => {
    expect(adjustmentOf(type)).toBe(adjustment)
  })

  test('of which Region it is', () => {
    expect(['USE1-x', 'EU-x', 'APS3-MP:APS3_x-Units', 'XXX9-x', 'x'].map(regionOfUsage)).toEqual([
      'us-east-1',
      'eu-west-1',
      'ap-south-1',
      '',
      '',
    ])
  })

  test('amounts are exact', () => {
    expect(
      ['0.1', '-2', '1.5E-7', '0.0000000000000000005', '.5', '1e3', 'NaN', '', '.', '1,5'].map(parseAmount),
    ).toEqual([
      10n ** 17n,
      -2n * 10n ** 18n,
      15n * 10n ** 10n,
      1n,
      5n * 10n ** 17n,
      10n ** 21n,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  test('quantities are single units', () => {
    expect([
      parseQuantity('1.234', 3),
      parseQuantity('0.000001', 6),
      parseQuantity('12', 0),
      parseQuantity('x', 3),
    ]).toEqual([1234, 1, 12, undefined])
  })
})

import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { parseModelName } from '../../../../src/report/prices/model-id.ts'
import { canonicalName, listNames, modelIds } from '../../../../src/report/prices/price-list/names.ts'
import { TABLE } from '../../../../src/report/prices/table/index.ts'
import { AGREED, AWS_LIST } from '../data/index.ts'

it.each([
  ['Claude (Amazon Bedrock Edition) x', 'claudeamazonbedrockeditionx'],
  ['Gemma-it-x', 'gemmaitx'],
  ['Llama 3 - 8', 'llama3.8'],
  ['Nova 2.0 Lite', 'nova2lite'],
  ['Command R+', 'commandrplus'],
])('the canonical form of %j is %j', (name, form) => expect(canonicalName(name)).toBe(form))

describe('the names of', () => {
  it.each([
    ['amazon.nova-micro-v1:0', 'Nova Micro'],
    ['amazon.nova-2-lite-v1:0', 'Nova 2.0 Lite'],
    ['amazon.nova-2-lite-v1:0', 'Nova2.0Lite'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'Claude Sonnet 4.5 (Amazon Bedrock Edition)'],
    ['anthropic.claude-opus-4-8', 'Claude Opus 4.8 (Amazon Bedrock Edition)'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'Claude 3.5 Sonnet v2'],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'Claude 3.5 Sonnet'],
    ['anthropic.claude-v2:1', 'Claude 2.1'],
    ['meta.llama3-1-8b-instruct-v1:0', 'Llama 3.1 8B Instruct'],
    ['meta.llama3-1-8b-instruct-v1:0', 'Llama3-1-8B'],
    ['cohere.command-r-plus-v1:0', 'Cohere Command R+ (Amazon Bedrock Edition)'],
    ['cohere.embed-v4:0', 'Cohere Embed 4 Model'],
    ['minimax.minimax-m2', 'MiniMax M2'],
    ['openai.gpt-oss-20b-1:0', 'gpt-oss-20b'],
    ['openai.gpt-oss-20b', 'gpt-oss-20b'],
    ['qwen.qwen3-32b-v1:0', 'Qwen3 32B'],
    ['qwen.qwen3-next-80b-a3b', 'qwen3-next-80b-a3b'],
    ['google.gemma-3-27b-it', 'Gemma 3 27B'],
    ['amazon.titan-embed-text-v2:0', 'TitanEmbeddingsV2-Text-input'],
    ['mistral.mistral-large-2402-v1:0', 'Mistral Large'],
    ['nvidia.nemotron-nano-9b-v2:0', 'NVIDIA Nemotron Nano 2'],
    ['moonshot.kimi-k2-thinking', 'Kimi K2 Thinking'],
    ['maker.model-v2:1', 'Model v2.1'],
    ['maker.model-v2:0', 'Model v2'],
    ['maker.model.small-v1:0', 'Maker Model.Small'],
    ['maker.model-instruct-next', 'Model Instruct Next'],
  ])('%s include %j', (id, name) => {
    expect(listNames(id)).toContain(canonicalName(name))
  })

  it.each([
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'Claude 3.5 Sonnet v2'],
    ['anthropic.claude-v2', 'Claude'],
    ['anthropic.claude-v1', 'Claude (100K)'],
    ['cohere.command-r-v1:0', 'Command R+'],
    ['amazon.nova-lite-v1:0', 'Nova 2.0 Lite'],
    ['meta.llama3-8b-instruct-v1:0', 'Llama 3.1 8B'],
    ['meta.llama3-3-70b-instruct-v1:0', 'Llama 3.3 70B Custom'],
    ['anthropic.claude-opus-5', 'Claude Opus 5.5'],
    ['amazon.titan-embed-text-v1', 'TitanEmbeddingsV2-Text-input'],
    ['mistral.mistral-large-2407-v1:0', 'Mistral Large'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-20b'],
    ['maker.llama3-8b', 'Llama 3 8B'],
    ['maker.model-v2:1', 'Model v2'],
    ['maker.model-v2:1', 'Model'],
  ])('%s do not include %j, which is another', (id, name) => {
    expect(listNames(id)).not.toContain(canonicalName(name))
  })
})

const LISTED = [...new Set(AWS_LIST.map(({ name }) => name))]

test.each(LISTED)("the list's name %j is of a known model, and only of that", (name) => {
  const ids = modelIds(name)
  // The price of one's own fine-tuned model: it is called by an ARN that does not tell of which model it was made.
  expect(ids.length > 0).toBe(name !== 'Llama 3.3 70B Custom')
  for (const id of ids) expect([id, listNames(id)]).toEqual([id, expect.arrayContaining([canonicalName(name)])])
})

test('every model that sources agree on, but those that are newer than the list, has one of its names', () => {
  const forms = new Set(LISTED.map(canonicalName))
  const without = [...new Set(AGREED.map(({ model }) => model))].filter(
    (id) => listNames(id).filter((name) => forms.has(name)).length !== 1,
  )
  expect(without).toEqual(['anthropic.claude-fable-5-1', 'anthropic.claude-opus-5-5'])
})

test('no two models of the bundled tables have a name in common, but for snapshots of one version', () => {
  const owners = new Map<string, Set<string>>()
  for (const id of [...TABLE.keys(), ...LISTED.flatMap(modelIds)]) {
    for (const name of listNames(id)) owners.set(name, (owners.get(name) ?? new Set()).add(modelOf(id)))
  }
  const shared = [...owners].filter(([, ids]) => ids.size > 1).map(([, ids]) => [...ids].sort().join(' '))
  // One model each that has several ids.
  expect([...new Set(shared)].sort()).toEqual([
    'amazon.nova-2-omni 1 amazon.nova-2-omni-preview 1',
    'amazon.nova-2-pro 1 amazon.nova-2-pro-preview 1',
    'deepseek.v3 1 deepseek.v3.1 1',
    'moonshot.kimi-k2-thinking 1 moonshotai.kimi-k2-thinking 1',
    'openai.gpt-oss-120b 1 openai.gpt-oss-120b-1 1',
    'openai.gpt-oss-20b 1 openai.gpt-oss-20b-1 1',
    'qwen.qwen3-coder-30b-a3b 1 qwen.qwen3-coder-30b-a3b-instruct 1',
    'qwen.qwen3-coder-480b-a35b 1 qwen.qwen3-coder-480b-a35b-instruct 1',
    'qwen.qwen3-next-80b-a3b 1 qwen.qwen3-next-80b-a3b-instruct 1',
    'qwen.qwen3-vl-235b-a22b 1 qwen.qwen3-vl-235b-a22b-instruct 1',
  ])
})

test('an id that differs from a known one has none of its names, whatever is put in or taken out', () => {
  const known = [...new Set(LISTED.flatMap(modelIds))]
  const forms = new Map(LISTED.map((name) => [canonicalName(name), modelIds(name).map(modelOf)]))
  const part = fc.constantFrom(
    '1',
    '2',
    '3',
    '5',
    '-1',
    '.5',
    '-mini',
    '-plus',
    '-v2',
    'b',
    '-pro',
    '-lite',
    '-preview',
  )
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(), fc.nat({ max: 4 }), part, (id, at, cut, put) => {
      const place = at % id.length
      const other = id.slice(0, place) + put + id.slice(place + cut)
      for (const name of listNames(other)) {
        const owners = forms.get(name)
        if (owners) expect(owners).toContain(modelOf(other))
      }
    }),
  )
})

function modelOf(id: string): string {
  const { name, version } = parseModelName(id)
  return `${name} ${version}`
}

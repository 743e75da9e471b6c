import { describe, expect, it, test } from '@jest/globals'
import { canonicalName, listNames } from '../../../../src/report/prices/price-list/names.ts'
import { TABLE } from '../../../../src/report/prices/table/index.ts'

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
    ['meta.llama3-1-8b-instruct-v1:0', 'Llama 3.1 8B Instruct'],
    ['meta.llama3-1-8b-instruct-v1:0', 'Llama3-1-8B'],
    ['cohere.command-r-plus-v1:0', 'Cohere Command R+ (Amazon Bedrock Edition)'],
    ['cohere.embed-v4:0', 'Cohere Embed 4 Model'],
    ['minimax.minimax-m2', 'MiniMax M2'],
    ['openai.gpt-oss-20b-1:0', 'gpt-oss-20b'],
    ['qwen.qwen3-32b-v1:0', 'Qwen3 32B'],
    ['google.gemma-3-27b-it', 'Gemma 3 27B'],
    ['amazon.titan-embed-text-v2:0', 'TitanEmbeddingsV2-Text-input'],
    ['maker.model-v2:1', 'Model v2.1'],
    ['maker.model-v2:0', 'Model v2'],
    ['maker.model.small-v1:0', 'Maker Model.Small'],
    ['maker.model-instruct-next', 'Model Instruct Next'],
  ])('%s include %j', (id, name) => {
    expect(listNames(id)).toContain(canonicalName(name))
  })

  it.each([
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'Claude 3.5 Sonnet v2'],
    ['cohere.command-r-v1:0', 'Command R+'],
    ['amazon.nova-lite-v1:0', 'Nova 2.0 Lite'],
    ['meta.llama3-8b-instruct-v1:0', 'Llama 3.1 8B'],
    ['anthropic.claude-opus-5', 'Claude Opus 5.5'],
    ['amazon.titan-embed-text-v1', 'TitanEmbeddingsV2-Text-input'],
    ['mistral.mistral-large-2402-v1:0', 'Mistral Large'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-20b'],
    ['maker.model-v2:1', 'Model v2'],
    ['maker.model-v2:1', 'Model'],
  ])('%s do not include %j, which is another', (id, name) => {
    expect(listNames(id)).not.toContain(canonicalName(name))
  })
})

test('no two models of the table have a name in common, but for snapshots of one version', () => {
  const owners = new Map<string, Set<string>>()
  for (const id of TABLE.keys()) {
    for (const name of listNames(id)) {
      owners.set(name, (owners.get(name) ?? new Set()).add(id.replace(/-\d{8}/, '')))
    }
  }
  const shared = [...owners].filter(([, ids]) => ids.size > 1).map(([, ids]) => [...ids].sort())
  // One model that is sold under two makers' names.
  expect(shared).toEqual([['moonshot.kimi-k2-thinking', 'moonshotai.kimi-k2-thinking']])
})

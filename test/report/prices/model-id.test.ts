import { describe, expect, it } from '@jest/globals'
import { parseModelName, pricedId } from '../../../src/report/prices/model-id.ts'

describe('parseModelName', () => {
  it.each([
    [
      'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
      { scope: 'us', name: 'anthropic.claude-3-5-sonnet', date: '20241022', version: 2, revision: 0 },
    ],
    [
      'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0',
      { scope: 'us-gov', name: 'anthropic.claude-haiku-4-5', date: '20251001', version: 1, revision: 0 },
    ],
    ['amazon.titan-embed-text-v2:0', { scope: 'in-region', name: 'amazon.titan-embed-text', version: 2, revision: 0 }],
    [
      'global.anthropic.claude-opus-4-7',
      { scope: 'global', name: 'anthropic.claude-opus-4-7', version: 1, revision: 0 },
    ],
    [
      'anthropic.claude-opus-4-6-v1',
      { scope: 'in-region', name: 'anthropic.claude-opus-4-6', version: 1, revision: 0 },
    ],
    ['mistral.mistral-7b-instruct-v0:2', { name: 'mistral.mistral-7b-instruct', version: 0, revision: 2 }],
    ['maker.model-v12:34', { name: 'maker.model', version: 12, revision: 34 }],
    ['', { scope: 'in-region', name: '', date: undefined, version: 1, revision: 0 }],
    ['openai.gpt-oss-120b-1:0', { name: 'openai.gpt-oss-120b-1', version: 1, revision: 0 }],
  ])('takes %s apart', (id, parts) => {
    expect(parseModelName(id)).toMatchObject(parts)
  })
})

describe('pricedId', () => {
  const arn = (tail: string, account = '111122223333') => `arn:aws:bedrock:us-east-1:${account}:${tail}`

  it.each([
    ['amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    [arn('foundation-model/amazon.nova-pro-v1:0', ''), 'amazon.nova-pro-v1:0'],
    [arn('inference-profile/us.amazon.nova-pro-v1:0'), 'us.amazon.nova-pro-v1:0'],
    [`x ${arn('provisioned-model/abcdefghijkl')}`, `x ${arn('provisioned-model/abcdefghijkl')}`],
    ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
  ])('of %s is %s', (modelId, id) => {
    expect(pricedId(modelId)).toBe(id)
  })

  it.each([
    [arn('application-inference-profile/a1b2c3d4e5f6'), /application inference profile/],
    ['a1b2c3d4e5f6', /application inference profile/],
    [arn('provisioned-model/abcdefghijkl'), /model unit and hour/],
    [arn('custom-model-deployment/abcdefghijkl'), /custom model/],
    [arn('imported-model/abcdefghijkl'), /imported model/],
    [arn('default-prompt-router/anthropic.claude:1'), /prompt router/],
    [arn('something-new/abc'), /something-new/],
  ])('of %s there is none', (modelId, reason) => {
    expect(pricedId(modelId)).toEqual({ unpriced: expect.stringMatching(reason) })
  })
})

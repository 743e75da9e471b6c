import { describe, expect, it } from '@jest/globals'
import { parsePrice } from '../../../src/report/money.ts'
import { isApplicationProfile, modelOfProfile, withProfiles } from '../../../src/report/prices/model-id.ts'
import { bookOf } from '../../support/report-rows.ts'

const ARN = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6'
const model = (region: string, id = 'amazon.nova-pro-v1:0') => `arn:aws:bedrock:${region}::foundation-model/${id}`

describe('an application inference profile', () => {
  it.each([
    [ARN, true],
    ['a1b2c3d4e5f6', true],
    ['amazon.nova-pro-v1:0', false],
    ['a1b2c3d4e5f6g', false],
    ['x-a1b2c3d4e5f6', false],
    ['A1B2C3D4E5F6', false],
    ['arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0', false],
  ])('is told by its form: %s, %p', (id, expected) => {
    expect(isApplicationProfile(id)).toBe(expected)
  })

  it.each([
    ['of one Region', [model('us-east-1')], 'amazon.nova-pro-v1:0'],
    ['of a geography', [model('us-east-1'), model('us-west-2')], 'amazon.nova-pro-v1:0'],
    ['of global routing', [model('us-east-1'), model('')], 'global.amazon.nova-pro-v1:0'],
    ['of several models', [model('us-east-1'), model('us-east-1', 'amazon.nova-lite-v1:0')], undefined],
    ['of a custom model', ['arn:aws:bedrock:us-east-1:111122223333:custom-model/x'], undefined],
    ['of a model and what is none', [model('us-east-1'), 'arn:aws:bedrock:us-east-1::prompt/x'], undefined],
    ['of what only contains an ARN', [`x ${model('us-east-1')}`], undefined],
    ['of a model of its own account', [model('us-east-1').replace('::', ':111122223333:')], 'amazon.nova-pro-v1:0'],
    ['of nothing', [], undefined],
  ])('%s stands for a model, or for none', (_what, arns, expected) => {
    expect(modelOfProfile(arns)).toBe(expected)
  })

  it('is priced as the model it stands for, by ARN and by bare id; a price of its own comes first', () => {
    const models = new Map([['a1b2c3d4e5f6', 'amazon.nova-pro-v1:0']])
    const prices = { 'amazon.nova-pro-v1:0': { input: parsePrice(0.8) } }
    const ask = (id: string, own = {}) =>
      withProfiles(bookOf({ ...prices, ...own }), models).lookup(id, 'us-east-1', new Date(0))
    expect(ask(ARN)).toMatchObject({ perMillion: { input: parsePrice(0.8) } })
    expect(ask('a1b2c3d4e5f6')).toMatchObject({ perMillion: { input: parsePrice(0.8) } })
    expect(ask('ffffffffffff')).toHaveProperty('unpriced')
    expect(ask(ARN.replace('a1b2c3d4e5f6', 'ffffffffffff'))).toHaveProperty('unpriced')
    expect(ask('amazon.nova-lite-v1:0', { a1b2c3d4e5f6: {} })).toHaveProperty('unpriced')
    expect(ask(ARN, { [ARN]: { input: parsePrice(0.5) } })).toMatchObject({ perMillion: { input: parsePrice(0.5) } })
  })
})

import { describe, expect, it } from '@jest/globals'
import { routedProfile } from '../../../src/report/prices/model-id.ts'
import { poolName, routedModel } from '../../../src/report/quotas/match.ts'

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

describe('a ModelId', () => {
  it.each([
    [SONNET, SONNET],
    [`us.${SONNET}`, `cross-region.${SONNET}`],
    [`us-gov.${SONNET}`, `cross-region.${SONNET}`],
    [`apac.${SONNET}`, `cross-region.${SONNET}`],
    [`global.${SONNET}`, `global.${SONNET}`],
    [`arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`, SONNET],
    [`arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.${SONNET}`, `global.${SONNET}`],
  ])('%s draws on the quotas of %s', (modelId, pool) => {
    const model = routedModel(modelId)
    expect(model && poolName(model)).toBe(pool)
  })

  it.each([
    'abcdefghijkl',
    'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl',
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl',
    'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl',
    '',
  ])("'%s' does not say on which", (modelId) => {
    expect(routedModel(modelId)).toBeUndefined()
  })
})

describe('an application profile', () => {
  const arn = (region: string, id = SONNET) => `arn:aws:bedrock:${region}::foundation-model/${id}`

  it.each([
    ['of one Region', [arn('us-east-1')], SONNET],
    ['of several Regions', [arn('us-east-1'), arn('us-west-2')], `cross-region.${SONNET}`],
    ['of everywhere', [arn('us-east-1'), arn('')], `global.${SONNET}`],
  ])('%s draws on the quotas of its model by that way', (_, arns, pool) => {
    const model = routedProfile(arns)
    expect(model && poolName(model)).toBe(pool)
  })

  it('of several models, or of none that is known, draws on none', () => {
    expect(routedProfile([arn('us-east-1'), arn('us-east-1', 'amazon.nova-pro-v1:0')])).toBeUndefined()
    expect(routedProfile([])).toBeUndefined()
    expect(routedProfile(['arn:aws:bedrock:us-east-1:1:custom-model/x'])).toBeUndefined()
  })
})

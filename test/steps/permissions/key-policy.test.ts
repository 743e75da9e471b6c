import { describe, expect, test } from '@jest/globals'
import { checkKeys } from '../../../src/steps/permissions/key-policy.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { failing, fakeAws } from '../../support/fake-aws.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const env = {
  accountId: '111122223333',
  region: 'us-east-1',
  regions: ['us-east-1'],
  homeRegion: 'us-east-1',
  settings: resolveSettings([{ source: 'test', values: { bucketKmsKey: KEY } }]).settings,
}
const check = (statements: object[]) => {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const { cx, calls } = fakeAws({ GetKeyPolicy: () => ({ Policy }) })
  return checkKeys(cx, env).then((error) => ({ code: error?.code, calls }))
}
const BEDROCK = { Service: 'bedrock.amazonaws.com' }

describe('a key for the bucket', () => {
  test.each<[string, object[], string | undefined]>([
    [
      'that allows Bedrock just that',
      [{ Effect: 'Allow', Principal: BEDROCK, Action: 'kms:GenerateDataKey' }],
      undefined,
    ],
    [
      'that allows it more, in other letters',
      [{ Effect: 'Allow', Principal: BEDROCK, Action: 'KMS:generate*' }],
      undefined,
    ],
    ['that allows everybody', [{ Effect: 'Allow', Principal: '*', Action: 'kms:*' }], undefined],
    ['that allows every account', [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*' }], undefined],
    [
      'that allows another service',
      [{ Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:*' }],
      'KeyPolicyLacksStatement',
    ],
    [
      'that allows Bedrock something else',
      [{ Effect: 'Allow', Principal: BEDROCK, Action: 'kms:Decrypt' }],
      'KeyPolicyLacksStatement',
    ],
    ['that denies it', [{ Effect: 'Deny', Principal: BEDROCK, Action: 'kms:*' }], 'KeyPolicyLacksStatement'],
    ['that says nothing', [], 'KeyPolicyLacksStatement'],
  ])('%s', async (_title, statements, code) => {
    expect((await check(statements)).code).toBe(code)
  })

  test('is asked for where it is', async () => {
    const { calls } = await check([])
    expect(calls).toEqual([expect.objectContaining({ operation: 'GetKeyPolicy', region: 'eu-west-1' })])
  })

  test('whose policy may not be read is taken as it is, with a warning', async () => {
    const { cx, events } = fakeAws({ GetKeyPolicy: failing('AccessDeniedException') })
    expect(await checkKeys(cx, env)).toBeUndefined()
    expect(events).toEqual([
      { type: 'warning', warning: { code: 'key-policy-unknown', message: expect.stringContaining(KEY) } },
    ])
  })

  test('is not judged with credentials that AWS does not take', async () => {
    const { cx } = fakeAws({ GetKeyPolicy: failing('ExpiredToken', 'credentials') })
    await expect(checkKeys(cx, env)).rejects.toMatchObject({ kind: 'credentials' })
  })
})

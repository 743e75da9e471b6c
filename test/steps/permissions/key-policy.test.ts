import { describe, expect, test } from '@jest/globals'
import type { AppError } from '../../../src/core/errors.ts'
import { checkKeyPlaces, checkKeys, keyDemands } from '../../../src/steps/permissions/key-policy.ts'
import { permissionsPolicy } from '../../../src/steps/permissions/permissions.ts'
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
  const { cx, calls } = fakeAws({ DescribeKey: () => ({}), GetKeyPolicy: () => ({ Policy }) })
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
    [
      'that allows all but deleting it',
      [{ Effect: 'Allow', Principal: BEDROCK, NotAction: 'kms:ScheduleKeyDeletion' }],
      undefined,
    ],
    [
      'that allows it, and denies it again',
      [
        { Effect: 'Allow', Principal: BEDROCK, Action: 'kms:*' },
        { Effect: 'Deny', Principal: '*', Action: 'kms:GenerateDataKey*' },
      ],
      'KeyPolicyLacksStatement',
    ],
    [
      'that allows it to another account’s Bedrock',
      [
        {
          Effect: 'Allow',
          Principal: BEDROCK,
          Action: 'kms:*',
          Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
        },
      ],
      'KeyPolicyLacksStatement',
    ],
  ])('%s', async (_title, statements, code) => {
    expect((await check(statements)).code).toBe(code)
  })

  test('is asked for where it is', async () => {
    const { calls } = await check([])
    expect(calls.map(({ operation, region }) => [operation, region])).toEqual([
      ['DescribeKey', 'eu-west-1'],
      ['GetKeyPolicy', 'eu-west-1'],
    ])
  })

  test('whose policy may not be read is taken as it is, with a warning', async () => {
    const { cx, events } = fakeAws({
      DescribeKey: failing('AccessDeniedException'),
      GetKeyPolicy: failing('AccessDeniedException'),
    })
    expect(await checkKeys(cx, env)).toBeUndefined()
    expect(events).toEqual([
      { type: 'warning', warning: { code: 'key-policy-unknown', message: expect.stringContaining(KEY) } },
    ])
  })

  test('is not judged with credentials that AWS does not take', async () => {
    const { cx } = fakeAws({
      DescribeKey: failing('AccessDeniedException'),
      GetKeyPolicy: failing('ExpiredToken', 'credentials'),
    })
    await expect(checkKeys(cx, env)).rejects.toMatchObject({ kind: 'credentials' })
  })
})

describe('a key for the log group', () => {
  const LOGS = { ...env, settings: { ...env.settings, bucketKmsKey: '', logGroupKmsKey: KEY } }
  const judged = async (...statements: object[]) => {
    const Policy = JSON.stringify({ Statement: statements })
    const { cx } = fakeAws({ DescribeKey: () => ({}), GetKeyPolicy: () => ({ Policy }) })
    return (await checkKeys(cx, LOGS))?.code ?? 'fine'
  }
  const allow = (Action: string | string[], more: object = {}) => ({
    Effect: 'Allow',
    Principal: { Service: 'logs.us-east-1.amazonaws.com' },
    Action,
    Resource: '*',
    ...more,
  })

  // "ask for the concrete actions that are used, not for a spelling"
  test.each<[string, object[]]>([
    [
      'AWS’s example, with stars',
      [allow(['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'])],
    ],
    [
      'exactly what is used',
      [allow(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncryptTo', 'kms:ReEncryptFrom'])],
    ],
    [
      'the same in small letters, in several statements',
      [allow('kms:generatedatakey'), allow(['kms:decrypt', 'kms:encrypt']), allow('kms:reencrypt*')],
    ],
    ['everything', [allow('*')]],
    ['the service of every Region', [allow('kms:*', { Principal: { Service: ['logs.amazonaws.com'] } })]],
    [
      'for this log group alone',
      [
        allow('kms:*', {
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:*' } },
        }),
      ],
    ],
  ])('may allow %s', async (_title, statements) => {
    expect(await judged(...statements)).toBe('fine')
  })

  test.each<[string, object[]]>([
    ['all but one of them', [allow(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncryptTo'])]],
    [
      'another log group',
      [
        allow('kms:*', {
          Condition: {
            ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:log-group:other' },
          },
        }),
      ],
    ],
    ['the service of another Region', [allow('kms:*', { Principal: { Service: 'logs.eu-west-1.amazonaws.com' } })]],
    ['the account’s own users', [allow('kms:*', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } })]],
  ])('is too narrow for %s', async (_title, statements) => {
    expect(await judged(...statements)).toBe('KeyPolicyLacksStatement')
  })
})

test('every statement that is asked for meets what is asked for', async () => {
  const keys = { bucketKmsKey: KEY, logGroupKmsKey: KEY, topicKmsKey: KEY, budgetUsd: 5 }
  const all = { ...env, settings: { ...env.settings, ...keys } }
  const Policy = JSON.stringify({ Statement: keyDemands(all).map(({ statement }) => statement) })
  const { cx } = fakeAws({ DescribeKey: () => ({}), GetKeyPolicy: () => ({ Policy }) })
  expect(await checkKeys(cx, all)).toBeUndefined()
})

test.each([
  ['is switched off', { KeyState: 'Disabled' }],
  ['is about to be deleted', { KeyState: 'PendingDeletion' }],
  ['is for signatures', { KeyState: 'Enabled', KeySpec: 'RSA_2048' }],
])('a key that %s is of no use, whatever its policy says', async (_title, KeyMetadata) => {
  const { cx } = fakeAws({ DescribeKey: () => ({ KeyMetadata }) })
  expect(await checkKeys(cx, env)).toMatchObject({ kind: 'blocked', code: 'KeyNotUsable' })
})

// "Readers of SSE-KMS objects need kms:Decrypt, writers kms:GenerateDataKey."
test.each([
  ['setup', ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:GetKeyPolicy']],
  ['report', ['kms:Decrypt']],
  ['cleanup', ['kms:Decrypt']],
  ['status', []],
  ['query', []],
  ['all', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:GetKeyPolicy']],
] as const)('the policy of %s holds the rights on the bucket’s key, on that key alone', (purpose, expected) => {
  const { Statement } = permissionsPolicy({ ...env, everyRegion: false }, purpose)
  const onKeys = Statement.filter(({ Action }) => Action.some((action) => action.startsWith('kms:')))
  expect(onKeys.flatMap(({ Action }) => Action).sort()).toEqual(expected)
  for (const { Resource } of onKeys) expect(Resource).toEqual([KEY])
})

const rightsOnKeys = (settings: object, purpose: 'query' | 'report', topics: string[] = []) => {
  const scope = { ...env, everyRegion: false, topics, settings: { ...env.settings, ...settings } }
  return permissionsPolicy(scope, purpose).Statement.flatMap(({ Action, Resource }) =>
    Action.filter((action) => action.startsWith('kms:')).map((action) => `${action} on ${Resource}`),
  )
}

test('who asks Athena reads the log with its key', () => {
  expect(rightsOnKeys({ lake: true }, 'query')).toEqual([`kms:Decrypt on ${KEY}`])
  expect(rightsOnKeys({ lake: true, bucketKmsKey: '' }, 'query')).toEqual([])
})

test('who sends to our topic has its key, and to no other topic', () => {
  const settings = { bucketKmsKey: '', topicKmsKey: KEY }
  const topic = (region: string, name: string) => `arn:aws:sns:${region}:111122223333:${name}`
  expect(rightsOnKeys(settings, 'report', [topic('eu-west-1', env.settings.topicName)])).toEqual([
    `kms:Decrypt on ${KEY}`,
    `kms:GenerateDataKey on ${KEY}`,
  ])
  const others = [topic('us-east-1', env.settings.topicName), topic('eu-west-1', 'theirs')]
  expect(rightsOnKeys(settings, 'report', others)).toEqual([])
  expect(rightsOnKeys({ bucketKmsKey: '' }, 'report', others)).toEqual([])
})

describe('where a key may be', () => {
  const refusalOf = (key: string, regions: string[], steps = ['1', '2', '2b', '3', '4', '5']) => {
    try {
      const settings = { ...env.settings, bucketKmsKey: '', topicKmsKey: key }
      checkKeyPlaces({ ...env, region: regions[0] ?? '', regions, settings }, steps)
      return undefined
    } catch (error) {
      return error as AppError
    }
  }
  const IN = (partition: string, region: string) => `arn:${partition}:kms:${region}:111122223333:key/mrk-1`

  test('in the Region of what it encrypts, and nowhere else', () => {
    expect(refusalOf(IN('aws', 'eu-west-1'), ['eu-west-1'])).toBeUndefined()
    expect(refusalOf(IN('aws', 'eu-west-1'), ['us-east-1'])).toMatchObject({ kind: 'usage' })
    const several = refusalOf(IN('aws', 'eu-west-1'), ['eu-west-1', 'us-east-1'])
    expect(several).toMatchObject({ kind: 'usage', hint: expect.stringContaining('--region eu-west-1') })
    expect(several?.message).toContain('--topic-kms-key is a key in eu-west-1')
    expect(refusalOf(IN('aws', 'eu-west-1'), ['us-east-1'], ['1', '2', '2b', '3'])).toBeUndefined()
  })

  test('in its partition', () => {
    expect(refusalOf(IN('aws-us-gov', 'us-gov-west-1'), ['us-gov-west-1'])).toBeUndefined()
    expect(refusalOf(IN('aws', 'us-gov-west-1'), ['us-gov-west-1'])).toMatchObject({ kind: 'usage' })
    expect(refusalOf(IN('aws-cn', 'us-east-1'), ['us-east-1'])?.message).toContain('partition aws-cn')
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePolicy } from '../../src/aws/policy.ts'
import { verdictOn } from '../../src/aws/policy-verdict.ts'

const ARN = 'arn:aws:bedrock:us-east-1:111122223333:'
const REQUEST = {
  services: ['bedrock.amazonaws.com'],
  action: 'kms:GenerateDataKey',
  resource: 'arn:aws:kms:us-east-1:111122223333:key/1',
  context: {
    'aws:sourceaccount': '111122223333',
    'aws:sourcearn': 'arn:aws:bedrock:us-east-1:111122223333:*',
    'kms:viaservice': 's3.us-east-1.amazonaws.com',
    'kms:calleraccount': undefined,
  },
}
const FOR = { Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'kms:*', Resource: '*' }
const verdict = (...Statement: object[]) => verdictOn(parsePolicy(JSON.stringify({ Statement })), REQUEST)

describe('whether a policy lets a service act', () => {
  test.each<[string, object, boolean]>([
    ['exactly that', { Action: 'kms:GenerateDataKey' }, true],
    ['a list', { Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }, true],
    ['small letters and a star', { Action: 'kms:generatedatakey*' }, true],
    ['a question mark', { Action: 'kms:GenerateDataKe?' }, true],
    ['all of KMS', { Action: 'KMS:*' }, true],
    ['everything', { Action: '*' }, true],
    ['all but something else', { Action: undefined, NotAction: ['kms:ScheduleKeyDeletion'] }, true],
    ['all but that', { Action: undefined, NotAction: 'kms:Generate*' }, false],
    ['another action', { Action: 'kms:Decrypt' }, false],
    ['a longer one alone', { Action: 'kms:GenerateDataKeyWithoutPlaintext' }, false],
    ['everybody', { Principal: '*' }, true],
    ['every account', { Principal: { AWS: '*' } }, true],
    ['one of several services', { Principal: { Service: ['s3.amazonaws.com', 'bedrock.amazonaws.com'] } }, true],
    ['the account alone', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, false],
    ['the key by its ARN', { Resource: REQUEST.resource }, true],
    ['another key', { Resource: `${REQUEST.resource}2` }, false],
    ['the account', { Condition: { StringEquals: { 'AWS:sourceAccount': '111122223333' } } }, true],
    ['another account', { Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } }, false],
    [
      'accounts, one of which it is',
      { Condition: { StringEquals: { 'aws:SourceAccount': ['9', '111122223333'] } } },
      true,
    ],
    ['a source of any kind', { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:bedrock:*:111122223333:*' } } }, true],
    [
      'one source, which may be it',
      { Condition: { ArnEquals: { 'aws:SourceArn': `${ARN}model-invocation-logging` } } },
      true,
    ],
    [
      'a source in another Region',
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:bedrock:eu-west-1:*' } } },
      false,
    ],
    [
      'a star that is none',
      { Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:bedrock:us-east-1:111122223333:*' } } },
      false,
    ],
    ['by way of S3', { Condition: { StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } } }, true],
    ['by way of EC2', { Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } } }, false],
    ['what is missing', { Condition: { StringEquals: { 'kms:CallerAccount': '111122223333' } } }, false],
    ['what is missing, if it exists', { Condition: { StringEqualsIfExists: { 'kms:CallerAccount': '1' } } }, true],
    ['not another account', { Condition: { StringNotEquals: { 'aws:SourceAccount': '999999999999' } } }, true],
    ['a condition that nobody can judge', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, true],
    ['an operator that nobody knows', { Condition: { IpAddress: { 'aws:SourceArn': '10.0.0.0/8' } } }, true],
    ['a key that is there', { Condition: { Null: { 'aws:SourceArn': 'false' } } }, true],
  ])('%s', (_title, more, allowed) => {
    expect(verdict({ ...FOR, ...more })).toBe(allowed ? 'allowed' : 'not-allowed')
  })

  test.each<[string, object, string]>([
    ['denies everybody', { Principal: '*', Action: 'kms:GenerateDataKey*' }, 'denied'],
    ['denies something else', { Principal: '*', Action: 'kms:ScheduleKeyDeletion' }, 'allowed'],
    ['denies all but something else', { Principal: '*', Action: undefined, NotAction: 'kms:Describe*' }, 'denied'],
    [
      'denies all but an administrator',
      { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } },
      'denied',
    ],
    [
      'denies other accounts',
      { Principal: '*', Condition: { StringNotEquals: { 'aws:SourceAccount': '111122223333' } } },
      'allowed',
    ],
    [
      'denies this one',
      { Principal: '*', Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } },
      'denied',
    ],
    [
      'denies who knows whom',
      { Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
      'allowed',
    ],
  ])('a statement that %s', (_title, more, expected) => {
    expect(verdict(FOR, { ...FOR, Effect: 'Deny', ...more })).toBe(expected)
  })

  test('a pattern never rules out what it stands for', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 }).map((all) => all.join(''))
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 6 }).map((all) => all.join(''))
    fc.assert(
      fc.property(letters, texts, fc.nat(6), fc.nat(3), (pattern, text, from, length) => {
        // Some of the text is not known.
        const value = `${text.slice(0, from)}*${text.slice(from + length)}`
        const ask = (known: string) =>
          verdictOn(parsePolicy(JSON.stringify({ Statement: { ...FOR, Condition: { StringLike: { k: pattern } } } })), {
            ...REQUEST,
            context: { k: known },
          })
        if (ask(text) === 'allowed') expect(ask(value)).toBe('allowed')
      }),
      { numRuns: 2_000 },
    )
  })
})

import { describe, expect, test } from '@jest/globals'
import { allows, type Policy, parsePolicy } from '../../../src/sandbox/services/policy.ts'

const request = {
  service: 'bedrock.amazonaws.com',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::bucket/prefix/key.json',
  context: {
    'aws:SourceAccount': '1',
    'aws:SourceArn': 'arn:aws:bedrock:us-east-1:1:x',
    'aws:SecureTransport': 'true',
  },
}
const statement = {
  Effect: 'Allow',
  Principal: { Service: 'bedrock.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::bucket/*',
}
const decide = (...statements: object[]) => allows([{ Statement: statements } as Policy], request)

describe('a request is allowed', () => {
  test.each([
    ['by the very words', {}],
    ['by everybody as principal', { Principal: '*' }],
    ['by a list of principals', { Principal: { Service: ['a.amazonaws.com', 'bedrock.amazonaws.com'] } }],
    ['by wildcards of actions, in any case', { Action: ['S3:put*'] }],
    ['by one character left open', { Resource: 'arn:aws:s3:::bucke?/*' }],
    ['by what is not excepted', { Action: undefined, NotAction: 's3:Get*' }],
    [
      'by conditions that all hold',
      {
        Condition: {
          StringEquals: { 'aws:sourceaccount': ['2', '1'] },
          ArnLike: { 'aws:SourceArn': 'arn:aws:bedrock:*:1:*' },
        },
      },
    ],
    ['by a negated condition', { Condition: { StringNotEquals: { 'aws:SourceAccount': '2' } } }],
    [
      'by a condition on a key that is absent, if the operator says so',
      { Condition: { StringEqualsIfExists: { 'aws:Other': 'x' } } },
    ],
    ['over TLS', { Condition: { Bool: { 'aws:SecureTransport': true } } }],
  ])('%s', (_how, change) => {
    expect(decide({ ...statement, ...change })).toBe(true)
  })
})

describe('a request is refused', () => {
  test.each([
    ['for another principal', { Principal: { Service: 'lambda.amazonaws.com' } }],
    ['for an account as principal', { Principal: { AWS: '*' } }],
    ['for another action', { Action: 's3:PutObjectAcl' }],
    ['for another resource', { Resource: 'arn:aws:s3:::bucket' }],
    ['where a dot is a dot', { Resource: 'arn:aws:s3:::bucket/prefix/keyxjson' }],
    [
      'where one condition of two fails',
      { Condition: { StringEquals: { 'aws:SourceAccount': '1' }, ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*' } } },
    ],
    ['where a condition is on an absent key', { Condition: { StringEquals: { 'aws:Other': 'x' } } }],
    ['where an operator is unknown', { Condition: { IpAddress: { 'aws:SourceAccount': '1' } } }],
  ])('%s', (_why, change) => {
    expect(decide({ ...statement, ...change })).toBe(false)
  })

  test('where anything denies it', () => {
    expect(decide(statement, { ...statement, Effect: 'Deny', Action: '*' })).toBe(false)
    expect(
      decide(statement, { ...statement, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ).toBe(true)
  })

  test('where nothing is said', () => {
    expect(allows([], request)).toBe(false)
  })
})

describe('a document is a policy', () => {
  const needs = { principal: true, resource: true }
  test.each([
    ['', false],
    ['[]', false],
    ['null', false],
    [JSON.stringify({ Version: '2012-10-17', Statement: statement }), true],
    [JSON.stringify({ Version: '2020-01-01', Statement: statement }), false],
    [JSON.stringify({ Statement: [{ ...statement, Effect: 'allow' }] }), false],
    [JSON.stringify({ Statement: [{ ...statement, Action: undefined }] }), false],
    [JSON.stringify({ Statement: [{ ...statement, Principal: undefined }] }), false],
    [JSON.stringify({ Statement: [{ ...statement, Resource: undefined }] }), false],
  ])('%s: %s', (document, expected) => {
    expect(parsePolicy(document, needs) !== undefined).toBe(expected)
  })
})

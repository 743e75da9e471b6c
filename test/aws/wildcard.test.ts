import { expect, test } from '@jest/globals'
import { matches } from '../../src/aws/policy-verdict.ts'

test.each<[string, string, boolean]>([
  ['*', 'anything', true],
  ['kms:Generate*', 'kms:GenerateDataKey*', true],
  ['kms:Encrypt', 'kms:Encrypt*', false],
  ['arn:aws:s3:::a', 'arn:aws:s3:::a', true],
  ['arn:aws:s3:::a', 'arn:aws:s3:::a/b', false],
  ['arn:aws:s3:::a.b', 'arn:aws:s3:::aXb', false],
  ['a?c', 'abc', true],
  ['a?c', 'abbc', false],
  ['*:alarm:*', 'arn:aws:cloudwatch:us-east-1:1:alarm:High(er)', true],
  ['a*', 'a\nb', true],
])('%s and %j: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected)
})

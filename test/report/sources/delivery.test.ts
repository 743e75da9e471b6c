import { expect, test } from '@jest/globals'
import { AppError } from '../../../src/core/errors.ts'
import { type KnownDelivery, withDelivery } from '../../../src/report/sources/delivery.ts'

const gone = (code: string) => new AppError('failed', code, 'it is not there', { hint: 'set it up' })
const to = (logGroup: string | undefined, bucket: string | undefined): KnownDelivery => ({
  logGroup,
  bucket,
  keyPrefix: '',
})

test.each<[string, KnownDelivery | undefined, RegExp, string]>([
  ['NoLogGroup', to(undefined, 'b'), /; invocation logging in eu-west-1 writes to bucket b/, 'report --source s3'],
  [
    'NoSuchBucket',
    to('/g', undefined),
    /; invocation logging in eu-west-1 writes to log group \/g/,
    'report --source logs',
  ],
  ['NoLogGroup', to('/g', undefined), /^it is not there$/, 'set it up'],
  ['NoLogGroup', 'off', /^it is not there$/, 'set it up'],
  ['NoLogGroup', { unread: 'no' }, /^it is not there$/, 'set it up'],
  ['NoLogGroup', undefined, /^it is not there$/, 'set it up'],
  ['AccessDenied', to(undefined, 'b'), /^it is not there$/, 'set it up'],
])('%s with logging %j says where the log is, if that is known', (code, known, message, hint) => {
  const told = withDelivery(gone(code), known, 'eu-west-1') as AppError
  expect(told.message).toMatch(message)
  expect(told.hint).toContain(hint)
})

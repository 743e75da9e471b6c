import { describe, expect, test } from '@jest/globals'
import { hasCode, orUndefined, toAwsError } from '../../src/aws/errors.ts'
import { AppError } from '../../src/core/errors.ts'

const call = { service: 's3', operation: 'GetBucketPolicy' }

describe('toAwsError', () => {
  test.each([
    ['no credentials', { name: 'CredentialsProviderError' }, 'credentials', 'CredentialsProviderError', false],
    [
      'an expired token',
      { name: 'ExpiredTokenException', $metadata: { httpStatusCode: 400 } },
      'credentials',
      'ExpiredTokenException',
      false,
    ],
    [
      'a refusal',
      { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
      'aws',
      'AccessDeniedException',
      false,
    ],
    ['a refusal without a body', { name: 'Unknown', $metadata: { httpStatusCode: 403 } }, 'aws', 'AccessDenied', false],
    [
      'a throttle',
      { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
      'aws',
      'ThrottlingException',
      true,
    ],
    [
      'a fault of the server',
      { name: 'InternalError', $metadata: { httpStatusCode: 500 } },
      'aws',
      'InternalError',
      true,
    ],
    ['a reset connection', { name: 'Error', code: 'ECONNRESET' }, 'aws', 'ECONNRESET', true],
    ['a time-out', { name: 'TimeoutError' }, 'aws', 'TimeoutError', true],
    ['an aborted call', { name: 'AbortError' }, 'interrupted', 'Interrupted', false],
  ])('%s', (_title, thrown, kind, code, transient) => {
    expect(toAwsError({ message: 'm', ...thrown }, call)).toMatchObject({ kind, code, transient })
  })

  test('a refusal names the action to allow', () => {
    const error = toAwsError({ name: 'AccessDenied', message: 'no', $metadata: { httpStatusCode: 403 } }, call)
    expect(error.message).toBe('s3:GetBucketPolicy failed: no')
    expect(error.hint).toContain('s3:GetBucketPolicy')
  })

  test('a message is one line, whatever AWS sends', () => {
    expect(toAwsError({ name: 'X', message: ' a\n  b\tc ' }, call).message).toBe('s3:GetBucketPolicy failed: a b c')
  })

  test('an error of our own passes as it is', () => {
    const own = new AppError('usage', 'X', 'x')
    expect(toAwsError(own, call)).toBe(own)
  })
})

describe('orUndefined', () => {
  const failing = (code: string) => Promise.reject(new AppError('aws', code, 'm'))

  test('turns the named codes into undefined and no others', async () => {
    await expect(orUndefined(failing('NoSuchKey'), 'NoSuchKey', 'NoSuchBucket')).resolves.toBeUndefined()
    await expect(orUndefined(failing('AccessDenied'), 'NoSuchKey')).rejects.toMatchObject({ code: 'AccessDenied' })
    await expect(orUndefined(Promise.resolve(1), 'NoSuchKey')).resolves.toBe(1)
  })

  test('an error of another type has no code', () => {
    expect(hasCode(Object.assign(new Error('x'), { code: 'NoSuchKey' }), 'NoSuchKey')).toBe(false)
  })
})

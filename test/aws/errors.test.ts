import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
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
      'a bucket whose name was free a moment ago',
      { name: 'OperationAborted', $fault: 'client', $metadata: { httpStatusCode: 409 } },
      'aws',
      'OperationAborted',
      true,
    ],
    [
      'two changes of a role at a time',
      { name: 'ConcurrentModificationException', $fault: 'client', $metadata: { httpStatusCode: 409 } },
      'aws',
      'ConcurrentModificationException',
      true,
    ],
    [
      'a fault of the server',
      { name: 'InternalError', $metadata: { httpStatusCode: 500 } },
      'aws',
      'InternalError',
      true,
    ],
    [
      'a refusal by another name',
      { name: 'OptInRequired', $fault: 'client', $metadata: { httpStatusCode: 403 } },
      'aws',
      'OptInRequired',
      false,
    ],
    [
      'a throttle by another name',
      { name: 'Busy', $fault: 'client', $retryable: { throttling: true }, $metadata: { httpStatusCode: 400 } },
      'aws',
      'Busy',
      true,
    ],
    [
      'a clock that is off, which the SDK has corrected for',
      { name: 'RequestTimeTooSkewed', $metadata: { httpStatusCode: 403, clockSkewCorrected: true } },
      'aws',
      'RequestTimeTooSkewed',
      true,
    ],
    ['a reset connection', { name: 'Error', code: 'ECONNRESET' }, 'aws', 'ECONNRESET', true],
    [
      'an answer that is not HTTP',
      { name: 'Error', code: 'HPE_INVALID_CONSTANT' },
      'aws',
      'HPE_INVALID_CONSTANT',
      true,
    ],
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

  test.each([
    ['a refusal of whatever name', { $fault: 'client' }, 'allow s3:GetBucketPolicy for'],
    ['a clock that is off', { clockSkewCorrected: true }, 'set the clock of this machine'],
  ])(
    '%s says what mends it',
    (_title, { $fault, ...more }: { $fault?: string; clockSkewCorrected?: boolean }, hint) => {
      const $metadata = { httpStatusCode: 403, ...more }
      expect(toAwsError({ name: 'Odd', message: 'no', $fault, $metadata }, call).hint).toContain(hint)
    },
  )

  test('a refusal without a name is of AWS where it has the id of a request', () => {
    const refusal = (more: object) => ({
      name: 'UnknownError',
      $fault: 'client',
      $metadata: { httpStatusCode: 404, ...more },
    })
    expect(toAwsError(refusal({}), call).hint).toContain('something that is not AWS')
    expect(toAwsError(refusal({ requestId: '1' }), call).hint).toBeUndefined()
  })

  const unread = (statusCode: number) => ({
    name: 'SyntaxError',
    message: 'Unexpected token < in "<html>SECRET"',
    $metadata: { httpStatusCode: statusCode },
    $response: { statusCode, headers: {} },
  })

  test.each([
    ['a page of HTML with 500', unread(500), 'Http500', true, 'HTTP 500, without a readable response'],
    ['a page of HTML with 403', unread(403), 'AccessDenied', false, 'HTTP 403, without a readable response'],
    ['a page of HTML with 404', unread(404), 'Http404', true, 'HTTP 404: the response is not one that AWS sends'],
    ['an answer cut off', unread(200), 'MalformedAnswer', true, 'the response is not one that AWS sends'],
    [
      'an error without a body',
      { name: 'UnknownError', message: 'UnknownError', $fault: 'server', $metadata: { httpStatusCode: 503 } },
      'Http503',
      true,
      'HTTP 503',
    ],
    [
      'an error of another realm',
      { name: 'Error', message: 'AWS SDK error wrapper for TimeoutError: read ECONNRESET' },
      'ECONNRESET',
      true,
      'read ECONNRESET',
    ],
    [
      'silence',
      { name: 'TimeoutError', code: 'ETIMEDOUT', message: '@smithy/node-http-handler - a request …' },
      'TimeoutError',
      true,
      'no answer in time',
    ],
  ])('%s has a name and a message, and quotes no answer', (_title, thrown, code, transient, message) => {
    const error = toAwsError(thrown, call)
    expect(error).toMatchObject({ kind: 'aws', code, transient, message: `s3:GetBucketPolicy failed: ${message}` })
    expect(error.hint).toBeDefined()
    expect(`${error.message} ${(error.cause as Error | undefined)?.stack}`).not.toContain('SECRET')
  })

  test('whatever is thrown, the code can be shown and scripted against, and there is a message', () => {
    const odd = fc.record(
      { name: fc.string(), message: fc.string(), code: fc.string(), $fault: fc.constantFrom('client', 'server') },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(odd, fc.anything()), (thrown) => {
        const error = toAwsError(thrown, call)
        expect(error.code).toMatch(/^[\w.:-]{1,100}$/)
        expect(error.message).toMatch(/^(s3:GetBucketPolicy failed: \S|interrupted)/)
      }),
      { numRuns: 2_000 },
    )
  })

  test('a message is one line, whatever AWS sends', () => {
    expect(toAwsError({ name: 'X', message: ' a\n  b\tc ' }, call).message).toBe('s3:GetBucketPolicy failed: a b c')
  })

  test('a message is as long as a message can be, whatever AWS sends', () => {
    const { message } = toAwsError({ name: 'X', message: `bad ${'A'.repeat(300_000)}` }, call)
    expect(message.length).toBeLessThan(2_100)
    expect(message).toMatch(/^s3:GetBucketPolicy failed: bad A+…$/)
  })

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
  ])('a certificate that nobody vouches for (%s) names where its authority is to be named', (code, message) => {
    const thrown = Object.assign(new Error(message), { code })
    expect(toAwsError(thrown, call)).toMatchObject({ code, hint: expect.stringMatching(/AWS_CA_BUNDLE.*ca_bundle/) })
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

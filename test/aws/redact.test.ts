import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { redact } from '../../src/aws/redact.ts'

const word = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), minLength: length, maxLength: length })
const token = fc.base64String({ minLength: 40, maxLength: 400 }).filter((text) => text.length >= 40)

test('the canonical request that AWS sends back with a wrong signature is left out, session token and all', () => {
  fc.assert(
    fc.property(token, (secret) => {
      const message = `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:iam.amazonaws.com\nx-amz-security-token:${secret}\n'`
      const safe = redact(message)
      expect(safe).not.toContain(secret)
      expect(safe).toContain('Check your AWS Secret Access Key')
    }),
  )
})

test('access keys, tokens and signatures are cut short wherever they stand', () => {
  fc.assert(
    fc.property(fc.constantFrom('AKIA', 'ASIA'), word(16), token, fc.string(), (kind, id, secret, around) => {
      const key = kind + id
      const text = `${around} Authorization=AWS4-HMAC-SHA256 Credential=${key}/20261123/us-east-1/iam/aws4_request, Signature=${secret} x-amz-security-token: ${secret} for ${key}`
      const safe = redact(text)
      expect(safe).not.toContain(key)
      expect(safe).not.toContain(secret)
    }),
  )
})

test('an ordinary message stays as it is', () => {
  const message =
    'User: arn:aws:iam::111122223333:user/a is not authorized to perform: s3:GetBucketTagging on resource: "arn:aws:s3:::b"'
  expect(redact(message)).toBe(message)
})

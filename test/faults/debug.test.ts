import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { AwsFault } from '../../src/sandbox/service.ts'
import { program } from '../support/program.ts'

const KEY = 'ASIAQWERTYUIOPASDFGH'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYSECRETKEYQ'
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLETOKENEXAMPLETOKENEXAMPLETOKEN=='

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox()
})
afterEach(() => sandbox.close())

async function debug(...args: string[]) {
  const env = { ...sandbox.env, AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN }
  const { code, stdout, stderr } = await program([...args, '--debug'], { env })
  return { code, stderr, all: stdout + stderr }
}

/** No part of what signs, nor of what was sent or answered. */
function expectNoSecrets(text: string) {
  for (const secret of [KEY, SECRET, TOKEN, 'AWS4-HMAC', 'Version=2010', 'AssumeRolePolicyDocument', '2012-10-17']) {
    expect(text).not.toContain(secret)
  }
}

test('--debug tells every call of a setup by its name, time and tries, without credentials or bodies', async () => {
  sandbox.faults.push({ kind: '503', service: 'iam', operation: 'GetRole' })
  const { code, stderr, all } = await debug('setup', '--yes')
  expect(code).toBe(0)
  expect(stderr).toMatch(/^debug: iam:GetRole \d+ ms, 2 attempts, NoSuchEntity/m)
  expect(stderr).toMatch(/^debug: sts:GetCallerIdentity \d+ ms, 1 attempt$/m)
  expectNoSecrets(all)
})

test('a refusal that quotes the signed request is told without what it quotes, its cause included', async () => {
  sandbox.services.iam.operations.GetRole = () => {
    throw new AwsFault(
      'SignatureDoesNotMatch',
      `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:iam\nx-amz-security-token:${TOKEN}\nAuthorization: AWS4-HMAC-SHA256 Credential=${KEY}/x'`,
      403,
    )
  }
  const { code, stderr, all } = await debug('status')
  expect(code).toBe(4)
  expect(stderr).toContain('does not match the signature you provided')
  expect(stderr).toMatch(/^debug: caused by /m)
  expectNoSecrets(all)
})

test('an answer that cannot be read is not quoted', async () => {
  sandbox.faults.push({ kind: 'malformed', service: 'iam', operation: 'GetRole', count: 99 })
  const { code, stderr } = await debug('status')
  expect(code).toBe(1)
  expect(stderr).toContain('iam:GetRole failed: the response is not one that AWS sends')
  expect(stderr).not.toContain('{"a"')
})

import { type ExecException, exec } from 'node:child_process'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { isRecord } from '../../core/diff.ts'
import { redact } from '../redact.ts'
import { type Asking, noCredentials, sectionOf } from './roles.ts'

const LONGEST_REASON = 500

interface Ended {
  stdout: string
  stderr: string
  failure: ExecException | null
}

export async function fromProcess(
  { cx, connection }: Asking,
  profile: string,
): Promise<AwsCredentialIdentity | undefined> {
  const command = sectionOf(connection, profile).get('credential_process')
  if (!command) return undefined
  const failed = (why: string) =>
    noCredentials(
      'CredentialProcessFailed',
      `credential_process of profile ${profile} ${why}`,
      `run the command by hand, or fix it in profile ${profile} of the shared AWS config file`,
    )
  const { stdout, stderr, failure } = await run(command, connection.env, cx.signal)
  if (cx.signal.aborted) throw cx.signal.reason
  if (failure) {
    const end = failure.signal ? `was ended by ${failure.signal}` : `failed with exit code ${failure.code}`
    const said = redact(stderr).replace(/\s+/g, ' ').trim().slice(0, LONGEST_REASON)
    throw failed(said === '' ? `${end}, with nothing on stderr` : `${end}: ${said}`)
  }
  const answer = parse(stdout)
  if (!answer) throw failed('printed something that is not a JSON object')
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer
  if (Version !== 1) throw failed('printed a Version other than 1')
  if (!isText(AccessKeyId) || !isText(SecretAccessKey)) throw failed('printed no AccessKeyId or no SecretAccessKey')
  const expiration = Expiration === undefined || Expiration === null ? undefined : new Date(String(Expiration))
  if (expiration && Number.isNaN(expiration.getTime())) throw failed('printed an Expiration that is not a time')
  if (expiration && expiration.getTime() <= cx.clock.now()) throw failed('printed credentials that have expired')
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(isText(SessionToken) && { sessionToken: SessionToken }),
    ...(expiration && { expiration }),
  }
}

function run(command: string, env: Asking['connection']['env'], signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const child = exec(command, { env: { ...env }, signal, encoding: 'utf8' }, (failure, stdout, stderr) =>
      resolve({ stdout, stderr, failure }),
    )
    // One that waits for an answer would wait for ever: there is nobody to give it.
    child.stdin?.end()
  })
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { Connection } from '../connection.ts'
import type { Section } from '../shared-files.ts'

/** What is at hand where credentials are looked for. */
export interface Asking {
  cx: Context
  connection: Connection
  /** Where a role is assumed. */
  region: string
}

/** Looks in one place. Undefined where that place says nothing of credentials; throws where what it says does not work. */
export type Look = (asking: Asking) => Promise<AwsCredentialIdentity | undefined>

export function sectionOf({ files }: Connection, profile: string): Section {
  return files.profiles.get(profile) ?? new Map()
}

export function noCredentials(code: string, message: string, hint: string, cause?: unknown): AppError {
  return new AppError('credentials', code, message, { hint, ...(cause !== undefined && { cause }) })
}

/** The keys that a file or the environment holds. Throws where one of the two is missing. */
export function keysOf(
  value: (name: 'aws_access_key_id' | 'aws_secret_access_key' | 'aws_session_token') => string | undefined,
  place: string,
): AwsCredentialIdentity | undefined {
  const accessKeyId = value('aws_access_key_id')
  const secretAccessKey = value('aws_secret_access_key')
  if (!accessKeyId) return undefined
  if (!secretAccessKey) {
    throw noCredentials('PartialCredentials', `${place}: an access key id without its secret`, 'give both, or neither')
  }
  const sessionToken = value('aws_session_token')
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

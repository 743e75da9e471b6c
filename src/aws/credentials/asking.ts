import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { Connection } from '../connection.ts'
import type { Section } from '../shared-files.ts'

export interface Asking {
  cx: Context
  connection: Connection
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

import { usageError } from '../core/errors.ts'
import type { ListedAccount } from './listed-accounts.ts'
import type { SessionPurpose } from './permissions/permissions-policy.ts'

/** Which accounts a command is about, as the user says it. */
export interface AccountChoice {
  /** `111122223333`, `org`, `ou:ID`, `tag:KEY=VALUE`. Empty: those that are listed, or else the caller's own. */
  named: readonly string[]
  excluded: readonly string[]
  /** Name or ARN of the role to assume in each but the caller's own. */
  role?: string | undefined
  externalId?: string | undefined
  listed: readonly ListedAccount[]
  /** Accounts that are linked to the caller's own may be read through it: a role that cannot be assumed is then no end. */
  linked?: boolean | undefined
}

/** What `permissions reader` makes. */
export const READER_ROLE = 'BedrockMonitorReader'

/** Purposes whose commands change something: a role that may is not ours to guess. */
export const CHANGING: readonly SessionPurpose[] = ['setup', 'cleanup']

export type Member = ListedAccount

export function roleOf({ id, role: ofFile }: Member, { role: given }: AccountChoice, purpose: SessionPurpose): string {
  const role = ofFile ?? given
  if (role === undefined) {
    if (!CHANGING.includes(purpose)) return READER_ROLE
    const hint =
      'pass --assume-role NAME, such as OrganizationAccountAccessRole, or name a role for it in the configuration file'
    throw usageError(`which role changes account ${id} is not said`, hint)
  }
  if (!role.startsWith('arn:')) return role.replace(/^\//, '')
  const [, , , , account, resource = ''] = role.split(':')
  if (account === id) return resource.replace(/^role\//, '')
  throw usageError(
    `${ofFile ? `accounts in the configuration file: role ${role}` : `--assume-role ${role}`} is a role of account ${account}, not of ${id}`,
    'give the name of a role that each account has, such as BedrockMonitorReader',
  )
}

/** What CloudTrail shows in the other account: the program, what it does, and on whose behalf. */
export function sessionNameOf(purpose: SessionPurpose, caller: string): string {
  const who = caller.split('/').at(-1)?.split(':').at(-1) ?? ''
  return `bedrock-monitor-${purpose}-${who}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64)
}

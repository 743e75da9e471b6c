import { isRegionName } from '../aws/partitions.ts'
import { type Problem, usageError } from '../core/errors.ts'
import { didYouMean } from '../text/nearest.ts'
import type { SessionPurpose } from './permissions/permissions-policy.ts'

/** An account that the configuration file lists; what it leaves out is as for all. */
export interface ListedAccount {
  id: string
  name?: string
  role?: string
  externalId?: string
  regions?: readonly string[]
}

/** A role's name, with its path where it has one, or its ARN. */
export const ROLE = /^(arn:[^:]+:iam::\d{12}:role\/)?[\w+=,.@/-]{1,512}$/
export const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/
export const EXTERNAL_ID_RULE = '2 to 1,224 characters of letters, digits and +=,.@:/-_'

type Rule = readonly [isValid: (value: unknown) => boolean, valid: string]

const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const TEXT: Rule = [(value) => typeof value === 'string' && value.trim() !== '', 'a text']
const RULES: Readonly<Record<keyof ListedAccount, Rule>> = {
  id: [(value) => typeof value === 'string' && /^\d{12}$/.test(value), '12 digits in quotes'],
  name: TEXT,
  role: [matches(ROLE), "a role's name or ARN"],
  externalId: [matches(EXTERNAL_ID), EXTERNAL_ID_RULE],
  regions: [
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && isRegionName(each)),
    'a list of Regions such as ["us-east-1"]',
  ],
}

/** The accounts of a configuration file. Throws a usage error that names the file, the entry and what is valid there. */
export function parseAccounts(given: unknown, file: string): ListedAccount[] {
  const [problem] = accountProblems(given)
  if (problem) throw usageError(`${file}: ${problem.message}`, problem.hint)
  return given as ListedAccount[]
}

export function accountProblems(given: unknown): Problem[] {
  if (!Array.isArray(given)) {
    return [{ path: ['accounts'], message: 'accounts is not a list', hint: `it looks like [${EXAMPLE}]` }]
  }
  return given.flatMap((entry: unknown, index): Problem[] => {
    const path = ['accounts', index]
    const at = `accounts[${index}]`
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      return [{ path, message: `${at} is not an object`, hint: `it looks like ${EXAMPLE}` }]
    }
    const inMembers = Object.entries(entry).flatMap(([key, value]) => memberProblem([...path, key], at, value) ?? [])
    const { id } = entry as Partial<ListedAccount>
    if (id === undefined) return [{ path, message: `${at} has no id`, hint: 'give the 12 digits of the account' }]
    const isTwice = given.slice(0, index).some((other) => (other as Partial<ListedAccount> | null)?.id === id)
    return isTwice ? [...inMembers, { path, message: `accounts has ${id} twice`, hint: 'keep one of them' }] : inMembers
  })
}

const EXAMPLE = '{ "id": "111122223333", "name": "prod" }'

function memberProblem(path: Problem['path'], at: string, value: unknown): Problem | undefined {
  const key = String(path.at(-1))
  const rule = RULES[key as keyof ListedAccount]
  const keys = Object.keys(RULES)
  if (!rule) {
    const hint = didYouMean(key, keys) ?? `it may have ${keys.join(', ')}`
    return { path, message: `${at} has an unknown member '${key}'`, hint }
  }
  const [isValid, valid] = rule
  return isValid(value)
    ? undefined
    : { path, message: `${at}.${key} is ${JSON.stringify(value)}`, hint: `give ${valid}` }
}

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

export function roleOf(
  { id, role: ofFile }: ListedAccount,
  { role: given }: AccountChoice,
  purpose: SessionPurpose,
): string {
  const role = ofFile ?? given
  if (role === undefined) {
    if (!CHANGING.includes(purpose)) return READER_ROLE
    const hint =
      'pass --assume-role NAME, such as OrganizationAccountAccessRole, or name a role for it in the configuration file'
    throw usageError(`no role is given to change account ${id} with`, hint)
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

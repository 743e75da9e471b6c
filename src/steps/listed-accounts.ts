import { isRegionName } from '../aws/partitions.ts'
import { type Problem, usageError } from '../core/errors.ts'
import { didYouMean } from '../text/nearest.ts'

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

/** All that is wrong in the `accounts` of a configuration file. */
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

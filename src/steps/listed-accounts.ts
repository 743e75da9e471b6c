import { isRegionName } from '../aws/partitions.ts'
import { usageError } from '../core/errors.ts'
import { didYouMean } from '../text/nearest.ts'

/** An account that the configuration file lists; what it leaves out is as for all. */
export interface ListedAccount {
  id: string
  name?: string
  role?: string
  externalId?: string
  regions?: readonly string[]
}

type Rule = readonly [isValid: (value: unknown) => boolean, valid: string]

const TEXT: Rule = [(value) => typeof value === 'string' && value.trim() !== '', 'a text']
const RULES: Readonly<Record<keyof ListedAccount, Rule>> = {
  id: [(value) => typeof value === 'string' && /^\d{12}$/.test(value), '12 digits in quotes'],
  name: TEXT,
  role: TEXT,
  externalId: TEXT,
  regions: [
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && isRegionName(each)),
    'a list of Regions such as ["us-east-1"]',
  ],
}

/** The accounts of a configuration file. Throws a usage error that names the file, the entry and what is valid there. */
export function parseAccounts(given: unknown, file: string): ListedAccount[] {
  if (!Array.isArray(given)) {
    throw usageError(`${file}: accounts is not a list`, 'it looks like [{ "id": "111122223333", "name": "prod" }]')
  }
  const ids = new Set<string>()
  return given.map((entry: unknown, index) => {
    const at = `${file}: accounts[${index}]`
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      throw usageError(`${at} is not an object`, 'it looks like { "id": "111122223333", "name": "prod" }')
    }
    for (const [key, value] of Object.entries(entry)) {
      const rule = RULES[key as keyof ListedAccount]
      const keys = Object.keys(RULES)
      if (!rule)
        throw usageError(
          `${at} has an unknown member '${key}'`,
          didYouMean(key, keys) ?? `it may have ${keys.join(', ')}`,
        )
      if (!rule[0](value)) throw usageError(`${at}.${key} is ${JSON.stringify(value)}`, `give ${rule[1]}`)
    }
    const account = entry as ListedAccount
    if (account.id === undefined) throw usageError(`${at} has no id`, 'give the 12 digits of the account')
    if (ids.has(account.id)) throw usageError(`${file}: accounts has ${account.id} twice`, 'leave one out')
    ids.add(account.id)
    return account
  })
}

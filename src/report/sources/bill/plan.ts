import type { Expression, GroupDefinition } from '@aws-sdk/client-cost-explorer'
import { usageError } from '../../../core/errors.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Question } from '../source.ts'

/** What has to be told apart besides the usage type, which every query groups by. */
export interface Wanted {
  service: boolean
  account: boolean
  tag?: { name: string; key: string }
}

/** @throws a usage error for what Cost Explorer cannot tell together */
export function wantedOf({ by, where = {} }: Pick<Question, 'by' | 'where'>): Wanted {
  const names = [...new Set([...by, ...Object.keys(where)])].filter((name) => !isTimeGrouping(name))
  const tags = names.filter((name) => /^(?:principal-)?tag:/.test(name))
  const [name, other] = tags
  if (other !== undefined) {
    throw usageError(
      `${tags.join(' and ')}: Cost Explorer groups by two things, of which the usage type is one`,
      'ask for one tag at a time',
    )
  }
  // A tag of who calls is activated, and named, apart from those of resources.
  const key = name?.replace(/^(principal-)?tag:/, (_, isPrincipal) => (isPrincipal ? 'iamPrincipal/' : ''))
  return {
    service: ['model', 'service', 'kind'].some((each) => names.includes(each)),
    account: names.includes('account'),
    ...(name !== undefined && key !== undefined && { tag: { name, key } }),
  }
}

export interface Scope {
  services: readonly string[]
  accounts: readonly string[]
  isAllAccounts: boolean
  recordTypes: readonly string[] | undefined
}

export interface Query {
  groupBy: GroupDefinition[]
  filter: Expression
  service?: string
  account?: string
}

/** The fewest queries. They group by usage type and one thing more; what else is wanted makes a query a value. */
export function queriesOf(wanted: Wanted, scope: Scope): Query[] {
  const { services, accounts, isAllAccounts, recordTypes } = scope
  const isPlural = wanted.account && accounts.length > 1
  const isByAccount = isPlural && !wanted.tag && (!wanted.service || accounts.length > services.length)
  const isByService = !wanted.tag && !isByAccount
  const second: GroupDefinition = wanted.tag
    ? { Type: 'TAG', Key: wanted.tag.key }
    : { Type: 'DIMENSION', Key: isByAccount ? 'LINKED_ACCOUNT' : 'SERVICE' }
  const ofServices: (string | undefined)[] = wanted.service && !isByService ? [...services] : [undefined]
  const ofAccounts: (string | undefined)[] = isPlural && !isByAccount ? [...accounts] : [undefined]
  const [only] = accounts.length === 1 ? accounts : []
  return ofServices.flatMap((service) =>
    ofAccounts.map((account = only): Query => {
      const filtered = account === undefined ? accounts : [account]
      const isOfAll = isAllAccounts && filtered.length === accounts.length
      return {
        groupBy: [second, { Type: 'DIMENSION', Key: 'USAGE_TYPE' }],
        filter: allOf([
          equals('SERVICE', service === undefined ? services : [service]),
          ...(recordTypes ? [equals('RECORD_TYPE', recordTypes)] : []),
          ...(isOfAll ? [] : [equals('LINKED_ACCOUNT', filtered)]),
        ]),
        ...(service !== undefined && { service }),
        ...(account !== undefined && { account }),
      }
    }),
  )
}

/** Values are whole and as AWS writes them: there is no other match. */
export function equals(Key: 'SERVICE' | 'RECORD_TYPE' | 'LINKED_ACCOUNT', values: readonly string[]): Expression {
  return { Dimensions: { Key, Values: [...values] } }
}

/** `And` takes no less than two. */
function allOf(filters: readonly Expression[]): Expression {
  const [only, ...others] = filters
  return only && others.length === 0 ? only : { And: [...filters] }
}

import type { Budget, Expression } from '@aws-sdk/client-budgets'

/** What a service is billed in the month. Models of the Marketplace are services of their own. */
export interface BillLine {
  readonly service: string
  readonly usd: number
  /** `AWS` by default. */
  readonly entity?: 'AWS' | 'AWS Marketplace'
}

/** Cost Explorer, which evaluates the filters, knows these matches and no others. */
const KNOWN_MATCHES = ['EQUALS', 'CASE_SENSITIVE']

/** What a budget counts: nothing at all where its filter is one that cannot be evaluated. */
export function spentOf({ FilterExpression: filter }: Budget, bill: readonly BillLine[]): number {
  if (filter && !canBeEvaluated(filter)) return 0
  const cents = bill
    .filter((line) => !filter || counts(filter, line))
    .reduce((sum, { usd }) => sum + Math.round(usd * 100), 0)
  return cents / 100
}

function canBeEvaluated({ And = [], Or = [], Not, Dimensions }: Expression): boolean {
  const matches = Dimensions?.MatchOptions ?? []
  return (
    matches.every((match) => KNOWN_MATCHES.includes(match)) &&
    [...And, ...Or, ...(Not ? [Not] : [])].every(canBeEvaluated)
  )
}

function counts({ And = [], Or = [], Not, Dimensions }: Expression, line: BillLine): boolean {
  if (And.length > 0) return And.every((part) => counts(part, line))
  if (Or.length > 0) return Or.some((part) => counts(part, line))
  if (Not) return !counts(Not, line)
  const { Key, Values = [] } = Dimensions ?? {}
  const value = Key === 'SERVICE' ? line.service : Key === 'BILLING_ENTITY' ? (line.entity ?? 'AWS') : undefined
  return value !== undefined && Values.includes(value)
}

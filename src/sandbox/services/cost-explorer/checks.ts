import type { DateInterval, Expression, GroupDefinition } from '@aws-sdk/client-cost-explorer'
import { faultOf } from '../../service.ts'

/** What GetCostAndUsage groups by (API reference). REGION is not among them. */
const GROUP_DIMENSIONS = new Set(
  'AZ INSTANCE_TYPE LEGAL_ENTITY_NAME INVOICING_ENTITY LINKED_ACCOUNT OPERATION PLATFORM PURCHASE_TYPE SERVICE TENANCY RECORD_TYPE USAGE_TYPE'.split(
    ' ',
  ),
)
const METRICS = new Set(
  'AmortizedCost BlendedCost NetAmortizedCost NetUnblendedCost NormalizedUsageAmount UnblendedCost UsageQuantity'.split(
    ' ',
  ),
)
/** The API has no CONTAINS, STARTS_WITH and the like, though its model names them. */
const DIMENSION_MATCHES = new Set(['EQUALS', 'CASE_SENSITIVE'])
const TAG_MATCHES = new Set([...DIMENSION_MATCHES, 'ABSENT'])
const DAY_MS = 86_400_000
const HISTORY_MONTHS = 14

/** @throws the faults of AWS for periods that are none */
export function checkPeriod({ Start = '', End = '' }: DateInterval, now: number): { start: number; end: number } {
  const [start, end] = [Start, End].map((day) => (/^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN))
  if (start === undefined || end === undefined || Number.isNaN(start + end)) {
    throw invalid('Start time or End time is invalid: use yyyy-MM-dd for DAILY and MONTHLY granularity')
  }
  if (start >= end) throw invalid('Start date (and hour) should be before end date (and hour)')
  const today = new Date(now)
  const oldest = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - HISTORY_MONTHS + 1, 1)
  if (start < oldest) throw invalid(`You haven't enabled historical data beyond ${HISTORY_MONTHS} months`)
  if (end > now + DAY_MS) throw invalid('end date past the beginning of tomorrow')
  return { start, end }
}

export function checkMetrics(metrics: readonly string[] | undefined): void {
  if (!metrics?.length) throw invalid('Metrics is required for GetCostAndUsage')
  const wrong = metrics.find((metric) => !METRICS.has(metric))
  if (wrong !== undefined) throw invalid(`Metrics contains ${wrong}, which is not valid`)
}

export function checkGroups(groups: readonly GroupDefinition[]): void {
  if (groups.length > 2) throw invalid('Only up to two GroupBy definitions are allowed')
  for (const { Type, Key } of groups) {
    if (!Key) throw invalid('GroupBy needs a Key')
    if (Type === 'DIMENSION' && !GROUP_DIMENSIONS.has(Key))
      throw invalid(`Group Definition dimension ${Key} is invalid`)
    if (Type !== 'DIMENSION' && Type !== 'TAG') throw invalid(`the sandbox groups by no ${Type}`)
  }
}

export function checkFilter(filter: Expression | undefined): void {
  if (!filter) return
  const { And, Or, Not, Dimensions, Tags, CostCategories } = filter
  const roots = [And, Or, Not, Dimensions, Tags, CostCategories].filter((root) => root !== undefined)
  if (roots.length !== 1) {
    const message =
      'Expression has more than one roots. Only one root operator is allowed for each expression: And, Or, Not, Dimensions, Tags, CostCategories'
    throw invalid(roots.length === 0 ? 'Expression is empty' : message)
  }
  for (const some of [And, Or]) {
    if (some && some.length < 2) throw invalid('And and Or take at least two expressions')
    for (const one of some ?? []) checkFilter(one)
  }
  if (Not) checkFilter(Not)
  for (const [leaf, matches] of [[Dimensions, DIMENSION_MATCHES] as const, [Tags, TAG_MATCHES] as const]) {
    if (!leaf) continue
    if (!leaf.Key || (!leaf.Values?.length && !leaf.MatchOptions?.includes('ABSENT'))) {
      throw invalid('a filter needs a Key and Values')
    }
    const wrong = leaf.MatchOptions?.find((match) => !matches.has(match))
    if (wrong) throw invalid(`Match option ${wrong} is not supported`)
  }
}

export const invalid = faultOf('ValidationException')

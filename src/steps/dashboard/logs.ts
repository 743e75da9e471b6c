import { billedOf, IDENTITY, preparationOf } from '../../report/sources/logs/fields.ts'
import { plainDigits } from '../../text/numbers.ts'
import type { SpendLine } from './spend.ts'

/** Characters that a query may have (StartQuery's own limit). */
const LONGEST = 10_000
const ROWS = 20

/** Field names as the record nests them; events that are no records (the first of a stream) are left out. */
export function recentInvocations(logGroup: string): string {
  return [
    `SOURCE '${logGroup}'`,
    'fields @timestamp, modelId, operation, identity.arn, input.inputTokenCount, input.cacheReadInputTokenCount, output.outputTokenCount, errorCode',
    'filter schemaType = "ModelInvocationLog"',
    'sort @timestamp desc',
    'limit 50',
  ].join(' | ')
}

/** Who spends most by the prices of `lines`; without any, who uses most tokens. */
export function costliestIdentities(logGroup: string, lines: readonly SpendLine[]): string {
  return ranked(logGroup, lines, (isPriced) => [
    `stats ${isPriced ? 'sum(costUsd) as usd, ' : ''}sum(tokens) as tokensInAll, count(*) as calls by caller`,
    `sort ${isPriced ? 'usd' : 'tokensInAll'} desc`,
    `limit ${ROWS}`,
  ])
}

/** The calls that cost most by the prices of `lines`; without any, those of most tokens. */
export function costliestRequests(logGroup: string, lines: readonly SpendLine[]): string {
  return ranked(logGroup, lines, (isPriced) => [
    `sort ${isPriced ? 'costUsd' : 'tokens'} desc`,
    `limit ${ROWS}`,
    `display @timestamp, ${isPriced ? 'costUsd, ' : ''}tokens, modelId, caller, requestId`,
  ])
}

/** Of models with a price, as many of the costliest as a query has room for. */
function ranked(
  logGroup: string,
  lines: readonly SpendLine[],
  commands: (isPriced: boolean) => readonly string[],
): string {
  const priced = distinct(lines)
  const query = [
    `SOURCE '${logGroup}'`,
    'filter ispresent(modelId)',
    ...preparationOf(['inputTokens', 'outputTokens', 'readTokens', 'writeTokens'], IDENTITY),
    `fields ${billedOf('inputTokens')} as i, ${billedOf('outputTokens')} as o, ${billedOf('readTokens')} as r, ${billedOf('writeTokens')} as w`,
    `fields i + o + r + w as tokens, ${IDENTITY} as caller`,
    ...(priced.length === 0 ? [] : costCommands(priced)),
    ...commands(priced.length > 0),
  ].join('\n| ')
  return query.length <= LONGEST || priced.length === 0 ? query : ranked(logGroup, priced.slice(0, -1), commands)
}

/** Insights has no table of prices: each model is a 1 or 0 that its prices are multiplied with. Others are left out. */
function costCommands(lines: readonly SpendLine[]): string[] {
  const flags = lines.map(({ modelId }, n) => `strcontains(concat("/", modelId, "|"), "/${tailOf(modelId)}|") as m${n}`)
  const costs = lines.map(({ parts }, n) => {
    const terms = parts.map(({ metric, usdPerMillion }) => `${plainDigits(usdPerMillion)} * ${COUNTS[kindOf(metric)]}`)
    return `m${n} * (${terms.join(' + ')})`
  })
  return [
    `fields ${flags.join(', ')}`,
    `filter ${lines.map((_, n) => `m${n}`).join(' + ')} > 0`,
    `fields (${costs.join(' + ')}) / 1000000 as costUsd`,
  ]
}

const COUNTS = { CacheRead: 'r', CacheWrite: 'w', Output: 'o', Input: 'i' } as const
const kindOf = (metric: string) =>
  (Object.keys(COUNTS) as (keyof typeof COUNTS)[]).find((kind) => metric.startsWith(kind)) ?? 'Input'

/** What a model is called in a record: the id that was passed, or an ARN that ends in it. */
const tailOf = (modelId: string) => modelId.slice(modelId.lastIndexOf('/') + 1)

/** Of ids with one tail the first: they are one model. What could break out of its quotation marks is no id. */
function distinct(lines: readonly SpendLine[]): SpendLine[] {
  const seen = new Set<string>()
  return lines.filter(({ modelId }) => {
    const tail = tailOf(modelId)
    if (seen.has(tail) || !/^[\w.:-]+$/.test(tail)) return false
    seen.add(tail)
    return true
  })
}

import type { Warning } from '../../../core/events.ts'
import { count } from '../../../text/numbers.ts'
import type { Counter } from '../../model.ts'
import type { LogRow } from '../../scan/aggregate.ts'
import { type Billing, namedTier, type ToldTier } from '../../scan/billing.ts'
import { hasInput, hasOutput } from '../../scan/tokens.ts'
import { PROMPT_LENGTHS, type Terms, type Untold } from '../../terms.ts'
import { MARK_NAMES } from './fields.ts'
import type { ResultRow } from './run-query.ts'

/** What sets the price of a row's calls, and what of their counts is not known. */
export type RowBilling = Omit<Billing, 'key'>

type Marks = Record<(typeof MARK_NAMES)[number], number>

/** The digits of the marks, the last one first. */
export function marksOf(row: ResultRow): Marks {
  const digits = Math.round(Number(row.marks ?? 0)) || 0
  return Object.fromEntries(MARK_NAMES.map((name, place) => [name, Math.floor(digits / 10 ** place) % 10])) as Marks
}

/** Of a row of calls that went well. Counts that are not known are told, and are to be taken for none. */
export function billingOf(row: ResultRow, model: string, isImage: boolean): RowBilling {
  const marks = marksOf(row)
  const unknown = unknownOf(marks, model, isImage)
  const { tier, strangeTier } = tierOf(row, marks)
  const longer = marks.noInput === 1 ? 0 : marks.longer
  const untold: Untold[] = [
    ...(tier === undefined ? (['tier'] as const) : []),
    ...(unknown.includes('inputTokens') ? (['promptLength'] as const) : []),
    ...(marks.ttlUntold === 1 ? (['cacheTtl'] as const) : []),
  ]
  const terms: Terms = {
    tier: tier ?? 'standard',
    promptOver: longer === 0 ? 0 : (PROMPT_LENGTHS[longer - 1] ?? 0),
    ...(untold.length > 0 && { untold }),
  }
  const isStandard = terms.tier === 'standard' && terms.promptOver === 0 && untold.length === 0
  const { routedModel = '' } = row
  return {
    ...(!isStandard && { terms }),
    ...(routedModel !== '' && routedModel !== model && { billedModel: routedModel }),
    ...(unknown.length > 0 && { unknown: new Set(unknown) }),
    ...(strangeTier !== undefined && { strangeTier }),
  }
}

/** As the answer has it, else as it was asked for; latency-optimised calls have a price of their own. */
function tierOf({ tierWord = '', latencyMode = '' }: ResultRow, { bodiless }: Marks): ToldTier {
  const untold: ToldTier = { tier: bodiless === 1 ? undefined : 'standard' }
  const told = tierWord === '' ? untold : namedTier(tierWord)
  const mayBe = told.strangeTier === undefined && (told.tier === undefined || told.tier === 'standard')
  return mayBe && latencyMode.toLowerCase() === 'optimized' ? { tier: 'latency-optimized' } : told
}

function unknownOf({ noInput, noOutput, noRead, noWrite }: Marks, modelId: string, isImage: boolean): Counter[] {
  const call = { modelId, operation: noOutput === 1 ? 'InvokeModel' : undefined, hasSucceeded: true, isImage }
  return [
    ...(noInput > 0 && hasInput(call) ? (['inputTokens'] as const) : []),
    ...(noOutput > 0 && hasOutput(call, noInput > 0 ? undefined : 0) ? (['outputTokens'] as const) : []),
    ...(noRead > 0 ? (['cacheReadTokens'] as const) : []),
    ...(noWrite > 0 ? (['cacheWriteTokens'] as const) : []),
  ]
}

/** What has to be said of calls whose counts or tier the records do not tell as they should. */
export function billingWarnings(rows: readonly LogRow[]): Warning[] {
  const unknown = new Map<string, number>()
  const strange = new Map<string, number>()
  for (const { dimensions, counters, unknown: lost, strangeTier } of rows) {
    const add = (calls: Map<string, number>, key: string) =>
      calls.set(key, (calls.get(key) ?? 0) + counters.invocations)
    if (lost) add(unknown, dimensions.model)
    if (strangeTier !== undefined) add(strange, `${strangeTier} of ${dimensions.model}`)
  }
  const told = (calls: ReadonlyMap<string, number>, what: string) =>
    [...calls].map(([key, number]) => `${count(number, 'call', 'calls')} ${what} ${key}`).join(', ')
  return [
    ...(unknown.size > 0
      ? [
          {
            code: 'counts-unknown' as const,
            message: `not all tokens of ${told(unknown, 'of')} are in the invocation log as numbers that may be: what depends on them is not known`,
          },
        ]
      : []),
    ...(strange.size > 0
      ? [{ code: 'service-tier' as const, message: `${told(strange, 'ran in a service tier that is not known,')}` }]
      : []),
  ]
}

import type { Counter } from '../../model.ts'
import { type Billing, billed, type ToldTier, toldTier } from '../../scan/billing.ts'
import { hasInput, hasOutput } from '../../scan/tokens.ts'
import { PROMPT_LENGTHS } from '../../terms.ts'
import { MARK_NAMES } from './fields.ts'
import type { ResultRow } from './run-query.ts'

export type RowBilling = Omit<Billing, 'key'>

type Marks = Record<(typeof MARK_NAMES)[number], number>

function marksOf(row: ResultRow): Marks {
  const digits = Math.round(Number(row.marks ?? 0)) || 0
  return Object.fromEntries(MARK_NAMES.map((name, place) => [name, Math.floor(digits / 10 ** place) % 10])) as Marks
}

export function tierOf(row: ResultRow): ToldTier {
  const { tierWord = '', latencyMode, bodiless = marksOf(row).bodiless } = row
  return toldTier(tierWord || undefined, latencyMode, Number(bodiless) === 1 ? undefined : 'standard')
}

export function billingOf(row: ResultRow, model: string, isImage: boolean): RowBilling {
  const marks = marksOf(row)
  const unknown = unknownOf(marks, model, isImage || marks.noImages > 0)
  const longer = marks.noInput === 1 ? 0 : marks.longer
  const { routedModel = '' } = row
  const billedModel = routedModel === '' || routedModel === model ? undefined : routedModel
  return billed(tierOf(row), PROMPT_LENGTHS[longer - 1] ?? 0, marks.ttlUntold !== 1, unknown, billedModel)
}

function unknownOf(
  { noInput, noOutput, noRead, noWrite, noImages }: Marks,
  modelId: string,
  isImage: boolean,
): Counter[] {
  const call = { modelId, operation: noOutput === 1 ? 'InvokeModel' : undefined, hasSucceeded: true, isImage }
  return [
    ...(noInput > 0 && hasInput(call) ? (['inputTokens'] as const) : []),
    ...(noOutput > 0 && hasOutput(call, noInput > 0 ? undefined : 0) ? (['outputTokens'] as const) : []),
    ...(noRead > 0 ? (['cacheReadTokens'] as const) : []),
    ...(noWrite > 0 ? (['cacheWriteTokens'] as const) : []),
    ...(noImages > 0 ? (['images'] as const) : []),
  ]
}

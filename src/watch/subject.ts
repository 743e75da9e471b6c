import { MANTLE_PREFIX } from '../report/prices/model-id.ts'
import type { MantleModel } from '../report/sources/metrics/list-models.ts'
import { mantleQueries } from '../report/sources/metrics/mantle.ts'
import type { Query } from '../report/sources/metrics/names.ts'
import { modelQueries } from '../report/sources/metrics/rows.ts'
import { type TierMetrics, tierQueries } from '../report/sources/metrics/tiers.ts'

/** A model that is watched: through Bedrock itself, or through its OpenAI-compatible endpoint (`mantle`). */
export interface Subject extends MantleModel {
  mantle: boolean
  /** Where it was called in other service tiers than the standard one: what there is to be asked of each. */
  tiers?: readonly TierMetrics[]
}

/** What the model is called in rows. */
export function rowModel({ model, mantle }: Subject): string {
  return mantle ? `${MANTLE_PREFIX}${model}` : model
}

/** Not shown, so not asked for. */
const NOT_WATCHED = ['TimeToFirstToken']

/** What an incident begins with: asked for every time, even where there was nothing of it in the hour. */
const ESSENTIAL = [
  'Invocations',
  'InvocationClientErrors',
  'InvocationServerErrors',
  'InvocationThrottles',
  'InputTokenCount',
  'OutputTokenCount',
  'InvocationLatency',
]

/** All metrics of a model that the view is made of, by the minute. */
export function allQueries(subject: Subject): Query[] {
  const { model, mantle, tiers } = subject
  if (mantle) return mantleQueries(subject)
  const ofModel = modelQueries(model).filter(({ metric }) => !NOT_WATCHED.includes(metric))
  return [...ofModel, ...tierQueries(model, tiers)]
}

/**
 * Those that are worth asking for every minute: what an incident begins with, and of the rest (images, tokens from a cache,
 * in one of two spellings) what had data when all were last asked for.
 */
export function worthwhileQueries(subject: Subject, withData: readonly string[]): Query[] {
  const queries = allQueries(subject)
  return subject.mantle
    ? queries
    : queries.filter(({ metric }) => ESSENTIAL.includes(metric) || withData.includes(metric))
}

const total = (metric: string): Query => ({ model: undefined, metric, stat: 'Sum' })

/** What tells that models are called that are not watched by the minute: the account's totals at either endpoint, in metrics without dimensions. */
export const TOTALS: readonly Query[] = [
  ...['Invocations', 'InvocationClientErrors', 'InvocationServerErrors', 'InvocationThrottles'].map(total),
  ...['Inferences', 'InferenceClientErrors'].map((metric) => ({ ...total(metric), mantle: true })),
]

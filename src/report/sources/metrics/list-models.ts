import { ListMetricsCommand, type Metric } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError } from '../../../core/errors.ts'
import { NAMESPACE } from './names.ts'
import { type TierListing, tierListing } from './tiers.ts'

/** Many times what an account has, application inference profiles included. Each takes some twenty queries. */
const MOST_MODELS = 20_000

export interface ListedModels {
  /** Exactly what callers passed as model id, sorted. */
  models: string[]
  /** Of those that were called in a tier other than the standard one: what there is to be asked about their tiers. */
  tiers: TierListing
}

/**
 * Every model with metrics in the last two weeks. One listing of the namespace serves all metrics: a model that only ever
 * failed or was throttled has no Invocations to be found by.
 */
export async function listModels(cx: AwsContext): Promise<ListedModels> {
  const models = new Set<string>()
  const tiers = tierListing()
  for await (const metric of listMetrics(cx, NAMESPACE)) {
    const model = soleDimension(metric, 'ModelId')
    if (model !== undefined) models.add(model)
    if (models.size > MOST_MODELS) throw tooMany()
    tiers.add(metric)
    if (tiers.size > MOST_MODELS) throw tooMany()
  }
  return { models: [...models].sort(), tiers: tiers.listing() }
}

function tooMany(): AppError {
  const message = `cloudwatch:ListMetrics failed: it returned more than ${MOST_MODELS} models, more than any account has`
  return new AppError('aws', 'TooManyModels', message, {
    hint: 'check whether a proxy, or --endpoint-url, leads to something that is not AWS, then run it again',
  })
}

/** All metrics of a namespace that had data in the last two weeks, page by page. */
export async function* listMetrics(cx: AwsContext, namespace: string): AsyncGenerator<Metric> {
  const ask = (NextToken: string | undefined) =>
    cx.aws.cloudwatch.send(new ListMetricsCommand({ Namespace: namespace, NextToken }))
  for await (const page of pagesOf('cloudwatch:ListMetrics', ask, ({ NextToken }) => NextToken)) {
    cx.emit({ type: 'billed', unit: 'metric-listings', count: 1 })
    // A server that is not AWS may list more than it was asked for.
    yield* (page.Metrics ?? []).filter((metric) => metric.Namespace === namespace)
  }
}

/** The model of a metric with that one dimension. Finer ones (by service tier, by image size) are parts of its numbers. */
export function soleDimension({ Dimensions = [] }: Metric, name: string): string | undefined {
  const [first, ...others] = Dimensions
  return first?.Name === name && others.length === 0 ? first.Value : undefined
}

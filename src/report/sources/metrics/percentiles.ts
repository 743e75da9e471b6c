import type { AwsContext } from '../../../aws/context.ts'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import type { GroupPercentiles, Percentiles, Window } from '../../model.ts'
import { type Answers, getData } from './get-data.ts'
import { type Query, TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import { wholePeriodSeconds } from './retention.ts'

export const STATS = ['p50', 'p90', 'p99'] as const

/**
 * The percentiles of the whole window, one point each. They are asked for in requests of their own, with the window as the
 * period: percentiles of hours cannot be put together to one of a day, and where they cannot be had the rest still stands.
 */
export async function readPercentiles(cx: AwsContext, models: readonly string[], window: Window, withAccount = true) {
  const about = withAccount ? [...models, undefined] : models
  const queries = about.flatMap((model) =>
    TIMING_NAMES.flatMap((name) => STATS.map((stat) => percentileQuery(model, name, stat))),
  )
  const period = wholePeriodSeconds(window, cx.clock.now())
  const answers = await getData(cx, queries, window, period, unavailable)
  const warnings = [...answers.warnings]
  const group = (model: string | undefined): GroupPercentiles => ({
    key: model === undefined ? {} : { model },
    latency: percentiles(model, 'latency', answers, warnings),
    timeToFirstToken: percentiles(model, 'timeToFirstToken', answers, warnings),
  })
  // `account`: of all its calls, by the metrics without dimensions.
  return { models: models.map(group), account: group(undefined), incomplete: answers.incomplete, warnings }
}

export type WindowPercentiles = Awaited<ReturnType<typeof readPercentiles>>

export function percentileQuery(model: string | undefined, name: TimingName, stat: string): Query {
  return { model, metric: TIMING_METRICS[name], stat }
}

function percentiles(model: string | undefined, name: TimingName, answers: Answers, warnings: Warning[]): Percentiles {
  const of = (stat: (typeof STATS)[number]) => {
    const values = answers.points(percentileQuery(model, name, stat)).map((point) => point.value)
    if (values.length > 1) warnings.push(bounds(model, name, stat, values))
    return values.length === 1 ? (values[0] ?? null) : null
  }
  return { p50: of('p50'), p90: of('p90'), p99: of('p99') }
}

/** Two points mean that CloudWatch cut the window: the percentile of the whole lies between those of the parts. */
function bounds(model: string | undefined, name: TimingName, stat: string, values: readonly number[]): Warning {
  const whose = model === undefined ? '' : ` of ${model}`
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return {
    code: 'percentiles-bound',
    message: `${stat} of ${TIMING_METRICS[name]}${whose} is not known exactly: it is between ${low} and ${high} ms`,
  }
}

export function unavailable(error: unknown): Warning {
  if (!isAppError(error) || error.kind !== 'aws') throw error
  return {
    code: 'percentiles-unavailable',
    message: `no percentiles of latency: CloudWatch refused the request for them (${error.code})`,
  }
}

import type { Warning } from '../../../core/events.ts'
import type { GroupPercentiles, Percentiles } from '../../model.ts'
import { tally } from '../../tally.ts'
import type { Answers } from './get-data.ts'
import type { ModelUse } from './model-use.ts'
import type { Query } from './names.ts'
import { TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import type { WindowPercentiles } from './percentiles.ts'
import { plus } from './slots.ts'

/**
 * What is asked of the metrics without dimensions, which hold the account's totals. No sentence of AWS's promises them, so
 * they check the sum of the models and never stand for it.
 */
export const ACCOUNT_QUERIES: readonly Query[] = [
  { model: undefined, metric: 'Invocations', stat: 'Sum' },
  ...TIMING_NAMES.map((name) => ({ model: undefined, metric: TIMING_METRICS[name], stat: 'SampleCount' })),
]

/** Calls that the account's total has and the listed models do not: of models that are not, no longer or not yet listed. */
export function unlistedWarnings(answers: Answers, uses: readonly ModelUse[]): Warning[] {
  const account = accountSum(answers, 'Invocations', 'Sum')
  const { counters, unknown } = tally(uses)
  const models = counters.invocations
  if (unknown?.has('invocations') || isAccountMissing(answers, 'Invocations', 'Sum')) return []
  if (account === 0 || account === models) return []
  const message =
    account > models
      ? `CloudWatch counts ${account - models} more invocations for the account than for the models that it lists: models first called in the last 15 minutes, or not called for two weeks, are missing`
      : `CloudWatch counts ${models - account} fewer invocations for the account than for its models together; the report uses the models`
  return [{ code: 'totals-disagree', message }]
}

/**
 * The percentiles of everything: those of the only model, or those of the account's metrics where these are of exactly the
 * calls that the models' metrics are of.
 */
export function totalPercentiles(
  { models, account }: Pick<WindowPercentiles, 'models' | 'account'>,
  answers: Answers,
  uses: readonly ModelUse[],
): { percentiles: GroupPercentiles; warnings: Warning[] } {
  const warnings: Warning[] = []
  const total = tally(uses)
  const of = (name: TimingName): Percentiles => {
    if (total.unknown?.has(name) || isAccountMissing(answers, TIMING_METRICS[name], 'SampleCount')) return NONE
    const samples = total[name].samples
    const accountSamples = accountSum(answers, TIMING_METRICS[name], 'SampleCount')
    if (accountSamples > 0 && accountSamples === samples) return account[name]
    const [only, ...others] = uses.filter((use) => use[name].samples > 0)
    if (only === undefined) return NONE
    if (others.length === 0 && accountSamples === 0)
      return models.find((group) => group.key.model === only.model)?.[name] ?? NONE
    warnings.push({
      code: 'total-percentiles-unavailable',
      message: `no percentiles of ${TIMING_METRICS[name]} for all models together: the account's metric has ${accountSamples} samples, the models' have ${samples}`,
    })
    return NONE
  }
  return { percentiles: { key: {}, latency: of('latency'), timeToFirstToken: of('timeToFirstToken') }, warnings }
}

const NONE: Percentiles = { p50: null, p90: null, p99: null }

function isAccountMissing(answers: Answers, metric: string, stat: string): boolean {
  return answers.isMissing({ model: undefined, metric, stat })
}

function accountSum(answers: Answers, metric: string, stat: string): number {
  return answers.series({ model: undefined, metric, stat }).values.reduce(plus, 0)
}

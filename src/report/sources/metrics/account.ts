import type { Warning } from '../../../core/events.ts'
import type { GroupPercentiles, Percentiles } from '../../model.ts'
import { type Tally, tally } from '../../tally.ts'
import { NO_PERCENTILES } from '../percentiles.ts'
import type { Answers } from './get-data.ts'
import { type Query, TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import type { WindowPercentiles } from './percentiles.ts'
import { plus } from './series.ts'

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
      ? `CloudWatch counts ${account - models} more invocations for the account than for the models that it lists: models that were first called in the last 15 minutes or not called for two weeks are missing`
      : `CloudWatch counts ${models - account} fewer invocations for the account than for its models together; the report goes by the models`
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
    if (total.unknown?.has(name) || isAccountMissing(answers, TIMING_METRICS[name], 'SampleCount'))
      return NO_PERCENTILES
    const samples = total[name].samples
    const accountSamples = accountSum(answers, TIMING_METRICS[name], 'SampleCount')
    if (accountSamples > 0 && accountSamples === samples) return account[name]
    const [only, ...others] = uses.filter((use) => use[name].samples > 0)
    if (only === undefined) return NO_PERCENTILES
    if (others.length === 0 && accountSamples === 0)
      return models.find((group) => group.key.model === only.model)?.[name] ?? NO_PERCENTILES
    warnings.push({
      code: 'total-percentiles-unavailable',
      message: `no percentiles of ${TIMING_METRICS[name]} for all models together: the account's metric has ${accountSamples} samples, the models' have ${samples}`,
    })
    return NO_PERCENTILES
  }
  return { percentiles: { key: {}, latency: of('latency'), timeToFirstToken: of('timeToFirstToken') }, warnings }
}

function isAccountMissing(answers: Answers, metric: string, stat: string): boolean {
  return answers.isMissing({ model: undefined, metric, stat })
}

function accountSum(answers: Answers, metric: string, stat: string): number {
  return answers.series({ model: undefined, metric, stat }).values.reduce(plus, 0)
}

/** All that a model was used in the window. */
interface ModelUse extends Tally {
  model: string
}

/** The use of each model with any. */
export function usesOf(models: readonly string[], useOf: (model: string) => Tally | undefined): ModelUse[] {
  return models.flatMap((model) => {
    const use = useOf(model)
    return use ? [{ model, ...use }] : []
  })
}

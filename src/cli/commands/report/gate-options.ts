import { usageError } from '../../../core/errors.ts'
import { COST_METRICS } from '../../../report/bill/line.ts'
import { type Gates, parseRate, parseUsd } from '../../../report/gates.ts'
import { type AnySource, SOURCES } from '../../../report/sources/index.ts'
import type { Source } from '../../../report/sources/source.ts'
import type { Args } from '../../args/args.ts'

export function gatesOf(args: Args): Gates {
  const [usd, rate, excess] = ['fail-over-usd', 'max-error-rate', 'fail-on-anomaly'].map((flag) => args.text(flag))
  const allowUnpriced = args.is('allow-unpriced')
  if (allowUnpriced && usd === undefined && ![...args.list('by'), args.text('split-by')].includes('team')) {
    throw usageError(
      '--allow-unpriced needs --fail-over-usd or budgets of teams',
      'pass --fail-over-usd N or --by team, too',
    )
  }
  return {
    ...(usd !== undefined && { failOverUsd: parseUsd(usd) }),
    ...(allowUnpriced && { allowUnpriced }),
    ...(rate !== undefined && { maxErrorRate: parseRate(rate) }),
    ...(excess !== undefined && { failOnAnomaly: parseUsd(excess) }),
  }
}

export function billOptions(args: Args, { name, isBill, takesLimit }: Source<never>) {
  const [cost, most] = [args.text('cost'), args.text('max-aws-cost')]
  if (cost !== undefined && !isBill) {
    throw usageError(`--cost and --source ${name} contradict each other`, 'pass --source bill')
  }
  if (most !== undefined && !takesLimit) {
    const others = SOURCES.filter((one: Source<never>) => one.takesLimit).map((one) => `--source ${one.name}`)
    throw usageError(`--max-aws-cost and --source ${name} contradict each other`, `pass ${others.join(' or ')}`)
  }
  return {
    isBill: isBill === true,
    cost: COST_METRICS.find((metric) => metric === cost),
    maxAwsCost: most === undefined ? undefined : parseUsd(most),
  }
}

export function quotasAsked(args: Args, { name, tellsQuotas }: AnySource): boolean {
  if (!args.is('quotas') || tellsQuotas) return args.is('quotas')
  const others = SOURCES.filter((one) => one.tellsQuotas).map((one) => `--source ${one.name}`)
  throw usageError(`--quotas and --source ${name} contradict each other`, `pass ${others.join(' or ')}`)
}

import { usageError } from '../../../core/errors.ts'
import { COST_METRICS } from '../../../report/bill/line.ts'
import { parseUsd } from '../../../report/gates.ts'
import { type AnySource, SOURCES } from '../../../report/sources/index.ts'
import type { Source } from '../../../report/sources/source.ts'
import type { Args } from '../../args/args.ts'

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

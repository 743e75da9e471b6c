import { usageError } from '../../../core/errors.ts'
import { bytes as bytesText, price as exactUsd, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import { USUAL_MOST } from '../bill/budget.ts'
import type { SourceOptions } from '../source.ts'

/** Athena bills a query for so much at least. */
const FEWEST_BYTES = 10_000_000

/** What a query costs that scans so much. What was answered from a result that Athena has kept costs nothing. */
export function billedBytes(scanned: number): number {
  return scanned === 0 ? 0 : Math.max(FEWEST_BYTES, Math.ceil(scanned / 1e6) * 1e6)
}

export interface Estimate {
  bytes: number | undefined
  basis: string
}

export type ScanBudget = ReturnType<typeof budgetOf>

export function budgetOf({ maxAwsCost = USUAL_MOST, readings = 1 }: SourceOptions) {
  let spent = 0
  let left = readings
  const usdFor = (scanned: number) => usdOf(RATES.athenaScanned, scanned)
  return {
    /** @returns what they cost, US dollars @throws a usage error where that is more than may be spent, or not known */
    plan(estimates: readonly Estimate[]): number {
      const unknown = estimates.find(({ bytes }) => bytes === undefined)
      if (unknown) {
        throw usageError(
          `what the query costs is not known beforehand: ${unknown.basis}`,
          'allow s3:ListBucket on the bucket of the log, or give the workgroup a limit of bytes a query',
        )
      }
      const once = estimates.reduce((sum, { bytes = 0 }) => sum + Math.max(FEWEST_BYTES, billedBytes(bytes)), 0)
      // What is compared with is as long.
      const all = spent + once * left
      left -= 1
      const cost = usdFor(all)
      if (cost <= maxAwsCost) return usdFor(once)
      const bases = [...new Set(estimates.map(({ basis }) => basis))].join(', ')
      const needed = (Math.ceil(cost * 100) / 100).toFixed(2)
      throw usageError(
        `this makes Athena scan up to ${bytesText(all)} (${bases}), which costs ${usd(cost)}: more than ${exactUsd(maxAwsCost)}`,
        `pass --max-aws-cost ${needed} or more, or ask for a shorter window`,
      )
    },
    allows: (bytes: number) => usdFor(spent + billedBytes(bytes)) <= maxAwsCost,
    spend(bytes: number) {
      spent += bytes
    },
    spentUsd: () => usdFor(spent),
  }
}

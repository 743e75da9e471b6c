import { AppError, isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { count } from '../../../text/numbers.ts'
import type { Budget } from './budget.ts'
import type { Query } from './plan.ts'

/** What AWS says where Cost Explorer cannot be used at all, and what mends it. */
const CURES: readonly (readonly [RegExp, hint: string])[] = [
  [
    /not enabled for cost explorer/i,
    'open Cost Explorer once in the console, in the account that pays: its data are there a day later',
  ],
  [
    /linked account/i,
    'in the account that pays, allow it under Billing and Cost Management, Cost Management preferences; or run this there',
  ],
  [/beyond \d+ months|historical data/i, 'Cost Explorer keeps 14 months: pass a later --since'],
  [
    /DataUnavailable/,
    'Cost Explorer has no data yet: it takes a day from when it is first opened; run it again later, or pass an earlier window',
  ],
]

export function explained(error: unknown): unknown {
  if (!isAppError(error)) return error
  const { kind, code, message } = error
  const cure = CURES.find(([pattern]) => pattern.test(`${code} ${message}`))
  return cure ? new AppError(kind, code, message, { hint: cure[1], cause: error }) : error
}

export function reasonFor(queries: readonly Query[]): string {
  const services = new Set(queries.flatMap(({ service }) => service ?? [])).size
  const accounts = new Set(queries.flatMap(({ account }) => account ?? [])).size
  const parts = [
    ...(services > 1 ? [count(services, 'service')] : []),
    ...(accounts > 1 ? [count(accounts, 'account')] : []),
  ]
  return parts.length === 0 ? 'at least' : `for ${parts.join(' and ')}`
}

export function isCut({ most }: Budget): Warning {
  const message = `reading stopped at ${most} (--max-aws-cost): a part of the bill is missing`
  return { code: 'bill-cut', message }
}

export const WITHOUT_ADJUSTMENTS: Warning = {
  code: 'bill-untold',
  message: 'discounts, credits, refunds, fees and tax are not known for this part of the bill and are left out',
}

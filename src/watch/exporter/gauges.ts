import { DescribeBudgetCommand } from '@aws-sdk/client-budgets'
import type { AwsPlace } from '../../aws/context.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import type { GroupPercentiles, Row, Window } from '../../report/model.ts'
import { askedThemselves } from '../../report/sources/linked.ts'
import { readPercentiles } from '../../report/sources/metrics/percentiles.ts'
import { readHeadroom } from '../../report/sources/quotas.ts'
import type { QuotaLine } from '../../report/quotas/line.ts'

/** What a budget says of the month, US dollars. */
export interface BudgetLine {
  account: string
  budget: string
  limit: string | undefined
  spent: string | undefined
}

/** Latencies of the models that were called in a span, by model. None where there are none, or CloudWatch does not tell. */
export async function readLatencies({ cx }: AwsPlace, rows: readonly Row[], span: Window): Promise<GroupPercentiles[]> {
  const called = rows.filter(({ start, latency }) => start >= span.start && start < span.end && latency.samples > 0)
  const models = new Set(called.map(({ dimensions }) => dimensions.model))
  const timed = [...models].filter((model) => !model.startsWith(MANTLE_PREFIX))
  return timed.length === 0 ? [] : (await readPercentiles(cx, timed, span, false)).models
}

/** How near the models of a place came to its quotas in a span. */
export async function readQuotas(
  place: AwsPlace,
  rows: readonly Row[],
  span: Window,
): Promise<{ quotas: QuotaLine[]; warnings: Warning[] }> {
  const used = rows.filter(({ start }) => start >= span.start && start < span.end)
  return used.length === 0 ? { quotas: [], warnings: [] } : readHeadroom([place], used, span)
}

/** The budget of that name in each of the accounts that can be asked; none where there is none. */
export async function readBudgets(
  places: readonly AwsPlace[],
  name: string,
): Promise<{ budgets: BudgetLine[]; warnings: Warning[] }> {
  const accounts = new Map(askedThemselves(places).map((place) => [place.account, place]))
  const warnings: Warning[] = []
  const read = await Promise.all(
    [...accounts.values()].map(async ({ account, region, cx }): Promise<BudgetLine[]> => {
      if (!partitionOf(region).hasBudgets) return []
      try {
        const { Budget } = await cx.aws.budgets.send(new DescribeBudgetCommand({ AccountId: account, BudgetName: name }))
        const { BudgetLimit, CalculatedSpend } = Budget ?? {}
        return [{ account, budget: name, limit: BudgetLimit?.Amount, spent: CalculatedSpend?.ActualSpend?.Amount }]
      } catch (error) {
        if (!isAppError(error) || error.kind === 'interrupted') throw error
        if (error.code !== 'NotFoundException') {
          warnings.push({ code: 'budgets-not-told', message: `the budget ${name} of ${account}: ${error.message}` })
        }
        return []
      }
    }),
  )
  return { budgets: read.flat(), warnings }
}

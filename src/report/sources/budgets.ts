import { DescribeBudgetCommand } from '@aws-sdk/client-budgets'
import type { AwsPlace } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { partitionOf } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import { askedThemselves } from './linked.ts'

export type BudgetLine = Awaited<ReturnType<typeof readBudgets>>['budgets'][number]

/** The budget of that name in each of the accounts that can be asked; none where there is none. */
export async function readBudgets(places: readonly AwsPlace[], name: string) {
  const accounts = new Map(askedThemselves(places).map((place) => [place.account, place]))
  const warnings: Warning[] = []
  const read = [...accounts.values()].map(async ({ account, region, cx }) => {
    if (!partitionOf(region).hasBudgets) return []
    const get = new DescribeBudgetCommand({ AccountId: account, BudgetName: name })
    const answer = await orElse(cx.aws.budgets.send(get), ({ code, message }) => {
      const told = { code: 'budgets-not-told', message: `the budget ${name} of ${account}: ${message}` } as const
      if (code !== 'NotFoundException') warnings.push(told)
      return undefined
    })
    const { BudgetLimit, CalculatedSpend } = answer?.Budget ?? {}
    const spent = CalculatedSpend?.ActualSpend?.Amount
    return answer ? [{ account, budget: name, limit: BudgetLimit?.Amount, spent }] : []
  })
  return { budgets: (await Promise.all(read)).flat(), warnings }
}

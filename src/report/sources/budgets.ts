import { DescribeBudgetCommand } from '@aws-sdk/client-budgets'
import type { AwsPlace } from '../../aws/context.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { askedThemselves } from './linked.ts'

/** What a budget says of the month, US dollars. */
export interface BudgetLine {
  account: string
  budget: string
  limit: string | undefined
  spent: string | undefined
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
        const { Budget } = await cx.aws.budgets.send(
          new DescribeBudgetCommand({ AccountId: account, BudgetName: name }),
        )
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

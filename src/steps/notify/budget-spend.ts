import { DescribeBudgetCommand } from '@aws-sdk/client-budgets'
import type { AwsContext } from '../../aws/context.ts'
import { placesIn } from '../../core/place.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { PriceLoader } from '../../report/sources/prices.ts'
import { DAY_MS, HOUR_MS } from '../../report/window.ts'
import { atLeast, lackText } from '../../text/floor.ts'
import { usd } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import { costOfTokens, floorInUse } from '../use/in-use.ts'
import { readInUse } from '../use/read-in-use.ts'
import { passing } from './notifications.ts'

/** By tokens and prices, and so about; of the calls that cost so much. */
export type BudgetAtZero = NonNullable<Awaited<ReturnType<typeof budgetAtZero>>>

const LEAST_USD = 0.01

/** Whether the budget stands at $0 although calls cost something, as with a filter that counts nothing. Undefined: not, or not known. */
export async function budgetAtZero(
  cx: AwsContext,
  env: Env,
  items: readonly PlanItem<AwsContext>[],
  prices: PriceLoader,
) {
  const item = items.find(({ resource, have }) => resource.type === 'budget' && have !== undefined)
  if (!item) return undefined
  try {
    const { name } = item.resource
    const describe = new DescribeBudgetCommand({ AccountId: env.accountId, BudgetName: name })
    const { Budget } = await cx.aws.budgets.send(describe)
    // AWS Budgets looks at the bill up to three times a day, and the bill is hours behind: younger costs prove nothing.
    const until = Math.floor((cx.clock.now() - DAY_MS) / HOUR_MS) * HOUR_MS
    const now = new Date(cx.clock.now())
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
    const since = Math.max(month, Budget?.TimePeriod?.Start?.getTime() ?? month)
    const isFresh = (Budget?.LastUpdatedTime?.getTime() ?? 0) > until
    const spent = Budget?.CalculatedSpend?.ActualSpend?.Amount
    if (spent === undefined || Number(spent) !== 0 || isFresh || since >= until) return undefined
    const used = await readInUse(cx, placesIn(cx, env.accountId, env.regions), prices, { start: since, end: until })
    const models = [...used.values()].flat()
    const costUsd = models.reduce((sum, model) => sum + costOfTokens(model), 0)
    const floor = floorInUse(models)
    return costUsd < LEAST_USD ? undefined : { name, costUsd, ...(floor && { floor }), since, until }
  } catch (thrown) {
    passing(thrown)
    return undefined
  }
}

export const AT_ZERO_WHY =
  'its filter may count nothing (bedrock-monitor setup --only alarms fixes it), or credits pay for the calls'

export function atZeroInWords({ name, costUsd, floor, since, until }: BudgetAtZero): string {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10)
  const cost = floor ? `${atLeast(usd(costUsd))} (${lackText(floor)})` : `about ${usd(costUsd)}`
  return `budget ${name} shows $0, while calls from ${day(since)} to ${day(until)} cost ${cost} by their tokens`
}

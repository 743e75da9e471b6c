import { usageError } from '../../../core/errors.ts'
import { price as exactUsd, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import type { SourceOptions } from '../source.ts'

/** US dollars: ten requests. */
export const USUAL_MOST = 0.1
/** The names of the services, what is billed to whom, and the bill itself. */
const FEWEST = 3

/** How many requests to Cost Explorer may be made. */
export interface Budget {
  most: string
  left(): number
  spend(): void
  /** @throws a usage error where so many more are more than there may be; `why` so many: `for 12 services` */
  checkRoom(requests: number, why: string): void
}

/** @throws a usage error where not even the fewest requests may be made */
export function budgetOf({ maxAwsCost = USUAL_MOST, readings = 1 }: SourceOptions): Budget {
  const { usd: price, each } = RATES.costExplorer
  // A cent is no whole number of binary fractions.
  const most = Math.floor((maxAwsCost / price) * each + 1e-9)
  let made = 0
  let read = 0
  const budget: Budget = {
    most: exactUsd(maxAwsCost),
    left: () => most - made,
    spend() {
      made += 1
    },
    checkRoom(requests, why) {
      read += 1
      // What is compared with takes as many again.
      const more = (readings - read) * (requests + FEWEST - 1)
      if (requests + more <= most - made) return
      throw tooDear(budget.most, made + requests + more, why)
    },
  }
  if (FEWEST * readings > most) throw tooDear(budget.most, FEWEST * readings)
  return budget
}

function tooDear(most: string, requests: number, why?: string) {
  const some = `${requests} requests to Cost Explorer`
  const cost = usdOf(RATES.costExplorer, requests)
  const what = why === undefined ? `at least ${some}` : `${some} ${why}`
  const message = `this takes ${what}, which cost ${usd(cost)}: more than ${most}`
  return usageError(message, `pass --max-aws-cost ${cost.toFixed(2)} or more, or ask for less`)
}

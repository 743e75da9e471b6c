import { usageError } from '../../../core/errors.ts'
import { price as exactUsd, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import type { SourceOptions } from '../source.ts'

/** US dollars: ten requests. */
export const USUAL_MOST = 0.1
/** The names of the services, what is billed to whom, and the bill itself. */
const FEWEST = 3

export type Budget = ReturnType<typeof budgetOf>

export function budgetOf({ maxAwsCost = USUAL_MOST, readings = 1 }: SourceOptions) {
  const { usd: price, each } = RATES.costExplorer
  // A cent is no whole number of binary fractions.
  const most = Math.floor((maxAwsCost / price) * each + 1e-9)
  let made = 0
  let read = 0
  const limit = exactUsd(maxAwsCost)
  if (FEWEST * readings > most) throw tooDear(limit, FEWEST * readings)
  return {
    most: limit,
    left: () => most - made,
    spend() {
      made += 1
    },
    /** @throws a usage error where so many more are more than there may be; `why` so many: `for 12 services` */
    checkRoom(requests: number, why: string): void {
      read += 1
      // What is compared with takes as many again.
      const more = (readings - read) * (requests + FEWEST - 1)
      if (requests + more > most - made) throw tooDear(limit, made + requests + more, why)
    },
  }
}

function tooDear(most: string, requests: number, why?: string) {
  const some = `${requests} requests to Cost Explorer`
  const cost = usdOf(RATES.costExplorer, requests)
  const what = why === undefined ? `at least ${some}` : `${some} ${why}`
  const message = `this takes ${what}, which cost ${usd(cost)}: more than ${most}`
  return usageError(message, `pass --max-aws-cost ${cost.toFixed(2)} or more, or ask for less`)
}

import { costExplorerRegion } from '../../../aws/partitions.ts'
import { AppError } from '../../../core/errors.ts'
import { RATES } from '../../calls.ts'
import { OF_BILLS } from '../../grouping.ts'
import type { Source } from '../source.ts'
import { budgetOf } from './budget.ts'

/** What AWS billed, by Cost Explorer: all of Bedrock, models of the Marketplace included, and each request costs a cent. */
export const bill: Source = {
  name: 'bill',
  isBill: true,
  takesLimit: true,
  groupings: OF_BILLS,
  tellsNot: 'Cost Explorer does not have it',
  settings: [],
  bills: [RATES.costExplorer],
  ifIncomplete: 'pass a higher --max-aws-cost, a shorter window, or fewer groupings',
  grants: ({ region }) =>
    costExplorerRegion(region) === undefined
      ? []
      : [{ actions: ['ce:GetCostAndUsage', 'ce:GetDimensionValues'], resources: ['*'] }],
  async open({ signIn }, options) {
    const budget = budgetOf(options)
    const { readBill } = await import('./read.ts')
    const { places, accounts = [] } = await signIn()
    const [{ cx, region } = { cx: undefined, region: '' }] = places
    if (!cx || costExplorerRegion(region) === undefined) {
      const message = `Cost Explorer has no endpoint in the partition of Region ${region}`
      const hint = region.startsWith('us-gov-')
        ? 'AWS bills GovCloud to the commercial account that it is linked to: run it there, with credentials of that account'
        : 'leave --source bill out: the default estimates the cost by list price'
      throw new AppError('usage', 'NoCostExplorer', message, { hint })
    }
    const { cost: metric = 'unblended' } = options
    return { places, read: (question) => readBill(cx, { metric, budget, accounts }, question) }
  },
}

import type { CostExplorer as Api, Expression, GroupDefinition } from '@aws-sdk/client-cost-explorer'
import type { BillEntry } from '../bill/entry.ts'
import { AwsFault, type Call, faultOf, type Service } from '../service.ts'
import { page, paged, pushTo } from '../state.ts'
import { checkFilter, checkGroups, checkMetrics, checkPeriod, invalid } from './cost-explorer/checks.ts'
import { type Cell, periodsOf, resultsOf } from './cost-explorer/results.ts'
import type { Operations } from './typed.ts'

/** Cost Explorer, and in which of its moods it is. */
export interface CostExplorer extends Service {
  /** `off`: nobody has switched it on yet; `preparing`: that was less than a day ago. */
  state: 'ready' | 'off' | 'preparing'
  /** Whether members of the organization may look at their own costs. */
  isOpenToMembers: boolean
  /** Groups a page. */
  pageSize: number
  /** Decimals of amounts and quantities. */
  digits: number
  /** Tax is a service of its own, and of none. */
  taxIsService: boolean
  /** Quantities of one usage type have its unit, and not `N/A`. */
  tellsUnits: boolean
  /** Tags that AWS has seen, and whether they are in the bill. */
  readonly costTags: Map<string, 'Active' | 'Inactive'>
}

export interface BilledAccount {
  id: string
  name: string
  entries(now: number): readonly BillEntry[]
}

/** As Cost Explorer calls the line types of a CUR. */
const RECORD_TYPES: ReadonlyMap<string, string> = new Map([['EdpDiscount', 'Enterprise Discount Program Discount']])

/** @param accountsOf whose costs an account sees: the one that pays sees all */
export function createCostExplorer(
  payer: string,
  accountsOf: (caller: string) => readonly BilledAccount[],
): CostExplorer {
  const dimensions = new Map<string, (entry: BillEntry) => string>([
    ['LINKED_ACCOUNT', ({ account }) => account],
    ['SERVICE', ({ lineType, service }) => (self.taxIsService && lineType === 'Tax' ? 'Tax' : service)],
    ['USAGE_TYPE', ({ usageType }) => usageType],
    ['RECORD_TYPE', ({ lineType }) => RECORD_TYPES.get(lineType) ?? lineType],
    ['OPERATION', ({ operation }) => operation],
    ['REGION', ({ region }) => region],
    ['BILLING_ENTITY', ({ entity }) => entity],
  ])
  const ofDimension = (entry: BillEntry, dimension = '') => dimensions.get(dimension)?.(entry)
  const fits = (entry: BillEntry, filter: Expression | undefined): boolean => {
    if (!filter) return true
    const { And, Or, Not, Dimensions, Tags } = filter
    if (And) return And.every((one) => fits(entry, one))
    if (Or) return Or.some((one) => fits(entry, one))
    if (Not) return !fits(entry, Not)
    const leaf = Dimensions ?? Tags
    const value = Dimensions ? ofDimension(entry, Dimensions.Key) : (entry.tags[Tags?.Key ?? ''] ?? '')
    if (value === undefined) throw invalid(`the sandbox filters by no ${Dimensions?.Key}`)
    if (Tags?.MatchOptions?.includes('ABSENT')) return value === ''
    return leaf?.Values?.includes(value) ?? false
  }
  const guard = ({ account }: Call) => {
    if (self.state === 'off') throw denied('User not enabled for cost explorer access')
    if (account !== payer && !self.isOpenToMembers) throw denied("Linked account doesn't have access to cost explorer.")
    if (self.state === 'preparing') {
      throw new AwsFault('DataUnavailableException', 'Data is not available. Please try to adjust the time period.')
    }
  }
  const entriesIn = ({ account, now }: Call, { start, end }: { start: number; end: number }, filter?: Expression) =>
    accountsOf(account)
      .flatMap((each) => each.entries(now))
      .filter((entry) => entry.start >= start && entry.start < end && fits(entry, filter))
  const keyOf = (entry: BillEntry, { Type, Key = '' }: GroupDefinition) =>
    Type === 'TAG' ? `${Key}$${entry.tags[Key] ?? ''}` : (ofDimension(entry, Key) ?? `No${Key}`)
  const named = ({ account }: Call, ids: readonly string[]) =>
    accountsOf(account)
      .filter(({ id }) => ids.includes(id))
      .map(({ id, name }) => ({ Value: id, Attributes: { description: name } }))
  const self: CostExplorer = {
    id: 'ce',
    state: 'ready',
    isOpenToMembers: true,
    pageSize: 500,
    digits: 10,
    taxIsService: true,
    tellsUnits: false,
    costTags: new Map(),
    operations: {
      ListCostAllocationTags: (input, call) => {
        const { Status, TagKeys, Type = 'UserDefined', MaxResults = 100, NextToken } = input
        if (call.account !== payer) throw invalid("Linked account doesn't have access to cost allocation tags.")
        const wanted = [...self.costTags].filter(
          ([key, status]) =>
            Type === (key.startsWith('aws:') ? 'AWSGenerated' : 'UserDefined') &&
            (Status === undefined || status === Status) &&
            (TagKeys === undefined || TagKeys.includes(key)),
        )
        const all = wanted.map(([TagKey, status]) => ({ TagKey, Type, Status: status }))
        return paged('CostAllocationTags', all, NextToken, MaxResults)
      },
      GetCostAndUsage: (input, call) => {
        const { TimePeriod = {} as never, Granularity, Metrics, GroupBy = [], Filter, NextPageToken } = input
        guard(call)
        const period = checkPeriod(TimePeriod, call.now)
        checkMetrics(Metrics)
        checkGroups(GroupBy)
        checkFilter(Filter)
        if (Granularity !== 'DAILY' && Granularity !== 'MONTHLY') {
          throw invalid(`Granularity ${Granularity} is not enabled`)
        }
        const entries = entriesIn(call, period, Filter)
        const cells = periodsOf(period, Granularity).flatMap(([start, end]): Cell[] => {
          const own = entries.filter((entry) => entry.start >= start && entry.start < end)
          const groups = new Map<string, BillEntry[]>()
          for (const entry of own) {
            const key = JSON.stringify(GroupBy.map((group) => keyOf(entry, group)))
            pushTo(groups, key, entry)
          }
          if (groups.size === 0) return [{ start, end, own: [] }]
          return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, some]) => ({ start, end, key, own: some }))
        })
        const asked = tokenOf(input)
        const { items, next } = page(cells, markerOf(NextPageToken, asked), self.pageSize)
        const isGrouped = GroupBy.length > 0
        const accounts = GroupBy.findIndex(({ Key }) => Key === 'LINKED_ACCOUNT')
        return {
          ...(isGrouped && { GroupDefinitions: GroupBy }),
          ResultsByTime: resultsOf(items, isGrouped, Metrics ?? [], self, call.now),
          DimensionValueAttributes:
            accounts < 0
              ? []
              : named(
                  call,
                  items.flatMap(({ key }) => (key ? JSON.parse(key)[accounts] : [])),
                ),
          ...(next !== undefined && { NextPageToken: `${asked}:${next}` }),
        }
      },
      GetDimensionValues: (input, call) => {
        const { TimePeriod = {} as never, Dimension = '', SearchString = '', Filter, NextPageToken } = input
        guard(call)
        const period = checkPeriod(TimePeriod, call.now)
        checkFilter(Filter)
        const found = entriesIn(call, period, Filter).flatMap((entry) => ofDimension(entry, Dimension) ?? [])
        const values = [...new Set(found)]
          .filter((value) => value.toLowerCase().includes(SearchString.toLowerCase()))
          .sort()
        const asked = tokenOf(input)
        const { items, next } = page(values, markerOf(NextPageToken, asked), self.pageSize)
        return {
          DimensionValues:
            Dimension === 'LINKED_ACCOUNT' ? named(call, items) : items.map((Value) => ({ Value, Attributes: {} })),
          ReturnSize: items.length,
          TotalSize: values.length,
          ...(next !== undefined && { NextPageToken: `${asked}:${next}` }),
        }
      },
    } satisfies Operations<Api>,
  }
  return self
}

/** A token is of one request: another with it is refused. */
function tokenOf(input: object): string {
  const { NextPageToken: _, ...asked } = input as { NextPageToken?: string }
  return Buffer.from(JSON.stringify(asked)).toString('base64url')
}

function markerOf(token: string | undefined, asked: string): string | undefined {
  const [of, marker] = token?.split(':') ?? []
  if (token === undefined) return undefined
  if (of === asked && marker !== undefined) return marker
  throw new AwsFault(
    'RequestChangedException',
    'Your request parameters changed between pages. Try again with the old parameters or without a pagination token.',
  )
}

const denied = faultOf('AccessDeniedException')

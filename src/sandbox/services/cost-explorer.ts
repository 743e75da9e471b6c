import type {
  CostExplorer as Api,
  Expression,
  Group,
  GroupDefinition,
  ResultByTime,
} from '@aws-sdk/client-cost-explorer'
import type { BillEntry } from '../bill/entry.ts'
import { AwsFault, type Call, type Service } from '../service.ts'
import { page, pushTo } from '../state.ts'
import { checkFilter, checkGroups, checkMetrics, checkPeriod, invalid } from './cost-explorer/checks.ts'
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

/** An account whose bill can be looked at. */
export interface BilledAccount {
  id: string
  name: string
  entries(now: number): readonly BillEntry[]
}

/** As Cost Explorer calls the line types of a CUR. */
const RECORD_TYPES: ReadonlyMap<string, string> = new Map([['EdpDiscount', 'Enterprise Discount Program Discount']])
const DAY_MS = 86_400_000
/** AWS closes the bill of a month some days into the next. */
const CLOSING_DAYS = 5

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
        const { items, next } = page(wanted, NextToken, MaxResults)
        const CostAllocationTags = items.map(([TagKey, status]) => ({ TagKey, Type, Status: status }))
        return { CostAllocationTags, NextToken: next }
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

/** A group in a period; of a period without any, one without a key. */
interface Cell {
  start: number
  end: number
  key?: string
  own: readonly BillEntry[]
}

/** The days or months of a period: of the first and the last month only the part that is in it. */
function periodsOf({ start, end }: { start: number; end: number }, granularity: 'DAILY' | 'MONTHLY') {
  const periods: [number, number][] = []
  for (let from = start; from < end; ) {
    const date = new Date(from)
    const next = granularity === 'DAILY' ? from + DAY_MS : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    periods.push([from, Math.min(next, end)])
    from = next
  }
  return periods
}

/** A period may go on on the next page. */
function resultsOf(
  cells: readonly Cell[],
  isGrouped: boolean,
  metrics: readonly string[],
  settings: CostExplorer,
  now: number,
): ResultByTime[] {
  const results = new Map<number, ResultByTime & { Groups: Group[] }>()
  for (const { start, end, key, own } of cells) {
    const result = results.get(start) ?? {
      TimePeriod: { Start: day(start), End: day(end) },
      Total: isGrouped ? {} : metricsOf(own, metrics, settings),
      Groups: [],
      Estimated: isEstimated(start, now),
    }
    if (isGrouped && key !== undefined) {
      result.Groups.push({ Keys: JSON.parse(key), Metrics: metricsOf(own, metrics, settings) })
    }
    results.set(start, result)
  }
  return [...results.values()]
}

function isEstimated(start: number, now: number): boolean {
  const date = new Date(start)
  return now < Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1 + CLOSING_DAYS)
}

function metricsOf(entries: readonly BillEntry[], metrics: readonly string[], { digits, tellsUnits }: CostExplorer) {
  const sum = (of: (entry: BillEntry) => bigint) => entries.reduce((total, entry) => total + of(entry), 0n)
  const units = [...new Set(entries.flatMap(({ unit }) => unit || []))]
  return Object.fromEntries(
    metrics.map((metric) => {
      if (metric === 'UsageQuantity' || metric === 'NormalizedUsageAmount') {
        const quantity = sum((entry) => BigInt(entry.quantity) * 10n ** BigInt(18 - entry.unitDigits))
        const Unit = tellsUnits && units.length === 1 ? units[0] : 'N/A'
        return [metric, { Amount: decimal(quantity, digits), Unit }]
      }
      const amount = sum((entry) => (metric.startsWith('Net') ? entry.net : entry.unblended))
      return [metric, { Amount: decimal(amount, digits), Unit: 'USD' }]
    }),
  )
}

/** So many decimals of atto-units, rounded half away from zero, without zeros at the end. */
function decimal(atto: bigint, digits: number): string {
  const step = 10n ** BigInt(18 - digits)
  const size = ((atto < 0n ? -atto : atto) + step / 2n) / step
  const text = size.toString().padStart(digits + 1, '0')
  const [whole, fraction] = [text.slice(0, text.length - digits), text.slice(text.length - digits).replace(/0+$/, '')]
  return `${atto < 0n && size > 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`
}

function day(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
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

function denied(message: string): AwsFault {
  return new AwsFault('AccessDeniedException', message, 400)
}

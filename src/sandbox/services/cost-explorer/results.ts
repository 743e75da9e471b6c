import type { Group, ResultByTime } from '@aws-sdk/client-cost-explorer'
import type { BillEntry } from '../../bill/entry.ts'

const DAY_MS = 86_400_000
/** AWS closes the bill of a month some days into the next. */
const CLOSING_DAYS = 5

interface Shown {
  digits: number
  tellsUnits: boolean
}

/** A group in a period; of a period without any, one without a key. */
export interface Cell {
  start: number
  end: number
  key?: string
  own: readonly BillEntry[]
}

/** The days or months of a period: of the first and the last month only the part that is in it. */
export function periodsOf({ start, end }: { start: number; end: number }, granularity: 'DAILY' | 'MONTHLY') {
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
export function resultsOf(
  cells: readonly Cell[],
  isGrouped: boolean,
  metrics: readonly string[],
  settings: Shown,
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

function metricsOf(entries: readonly BillEntry[], metrics: readonly string[], { digits, tellsUnits }: Shown) {
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

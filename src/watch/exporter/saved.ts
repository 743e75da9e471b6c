import { type Amounts, type Counted, carriedOf, type Labels, type Ledger, type Series } from './ledger.ts'

/** What an exporter has to know to go on after a restart. */
export interface Saved {
  /** US dollars that AWS charged for its reads. */
  awsUsd: number
  /** By place. */
  ledgers: ReadonlyMap<string, Ledger>
  callers: Counted | undefined
}

const VERSION = 2

export function savedText({ awsUsd, ledgers, callers }: Saved): string {
  const places = [...ledgers].map(([place, ledger]) => [
    place,
    { ...ledger, open: undefined, carried: carriedOf(ledger) },
  ])
  return JSON.stringify({ version: VERSION, awsUsd, ledgers: places, callers }, (_, value: unknown) => {
    if (value instanceof Map) return [...value]
    return typeof value === 'bigint' ? String(value) : value
  })
}

/** What was saved; undefined where that is of another version or damaged. */
export function parseSaved(text: string): Saved | undefined {
  try {
    const { version, awsUsd, ledgers, callers } = JSON.parse(text)
    if (version !== VERSION) return undefined
    return {
      awsUsd: number(awsUsd),
      ledgers: mapOf(ledgers, (ledger) => ({
        ...countedOf(ledger),
        from: number(ledger.from),
        open: new Map(),
        carried: mapOf(ledger.carried, amountsOf),
      })),
      callers: callers === undefined ? undefined : countedOf(callers),
    }
  } catch {
    return undefined
  }
}

// biome-ignore lint/suspicious/noExplicitAny: anything may stand in a file, and what is wrong in it throws
type Any = any

function mapOf<Of>(pairs: Any, of: (value: Any) => Of): Map<string, Of> {
  return new Map((pairs as [string, Any][]).map(([key, value]) => [key, of(value)]))
}

function countedOf({ created, through, series }: Any): Counted {
  const seriesOf = (one: Any): Series => ({
    labels: Object.fromEntries(Object.entries(one.labels as Labels).map(([name, value]) => [name, String(value)])),
    created: number(one.created),
    seen: number(one.seen),
    sum: amountsOf(one.sum),
    told: amountsOf(one.told),
  })
  return { created: number(created), through: number(through), series: mapOf(series, seriesOf) }
}

const amountsOf = (pairs: Any): Amounts => mapOf(pairs, (amount) => BigInt(amount))

function number(value: unknown): number {
  if (Number.isFinite(value) && (value as number) >= 0) return value as number
  throw new TypeError('not an amount or a time')
}

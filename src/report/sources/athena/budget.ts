import { GetWorkGroupCommand } from '@aws-sdk/client-athena'
import { orElse } from '../../../aws/errors.ts'
import { usageError } from '../../../core/errors.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { bytes as bytesText, price as exactUsd, usd } from '../../../text/numbers.ts'
import { RATES, usdOf } from '../../calls.ts'
import { dayOf } from '../../lake/sql.ts'
import type { Window } from '../../model.ts'
import { DAY_MS } from '../../window.ts'
import { USUAL_MOST } from '../bill/budget.ts'
import { hoursOf } from '../s3/folders.ts'
import { listKeys } from '../s3/list.ts'
import type { SourceOptions } from '../source.ts'
import type { Lake } from './lakes.ts'

/** Athena bills a query for so much at least. */
const FEWEST_BYTES = 10_000_000

/** What a query costs that scans so much. What was answered from a result that Athena has kept costs nothing. */
export function billedBytes(scanned: number): number {
  return scanned === 0 ? 0 : Math.max(FEWEST_BYTES, Math.ceil(scanned / 1e6) * 1e6)
}

type Estimate = Readonly<{ bytes: number | undefined; basis: string }>

export type ScanBudget = ReturnType<typeof budgetOf>

export function budgetOf({ maxAwsCost = USUAL_MOST, readings = 1 }: SourceOptions) {
  let spent = 0
  let left = readings
  const usdFor = (scanned: number) => usdOf(RATES.athenaScanned, scanned)
  return {
    /** @returns what they cost, US dollars @throws a usage error where that is more than may be spent, or not known */
    plan(estimates: readonly Estimate[]): number {
      const unknown = estimates.find(({ bytes }) => bytes === undefined)
      if (unknown) {
        throw usageError(
          `the cost of the query is not known beforehand: ${unknown.basis}`,
          'allow s3:ListBucket on the bucket of the log, or give the workgroup a limit of bytes a query',
        )
      }
      const once = estimates.reduce((sum, { bytes = 0 }) => sum + Math.max(FEWEST_BYTES, billedBytes(bytes)), 0)
      // What is compared with is as long.
      const all = spent + once * left
      left -= 1
      const cost = usdFor(all)
      if (cost <= maxAwsCost) return usdFor(once)
      const bases = [...new Set(estimates.map(({ basis }) => basis))].join(', ')
      const needed = (Math.ceil(cost * 100) / 100).toFixed(2)
      throw usageError(
        `this makes Athena scan up to ${bytesText(all)} (${bases}), which costs ${usd(cost)}: more than ${exactUsd(maxAwsCost)}`,
        `pass --max-aws-cost ${needed} or more, or ask for a shorter window`,
      )
    },
    allows: (bytes: number) => usdFor(spent + billedBytes(bytes)) <= maxAwsCost,
    spend(bytes: number) {
      spent += bytes
    },
    spentUsd: () => usdFor(spent),
  }
}

const LISTINGS_AT_ONCE = 8
/** Longer windows are listed by the month. */
const MOST_DAYS = 62

export async function estimate(lake: Lake, window: Window): Promise<Estimate> {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(lake.template) ?? []
  const { first, last } = hoursOf(window)
  const count = Math.floor(last / DAY_MS) - Math.floor(first / DAY_MS) + 1
  const days = Array.from({ length: count }, (_, index) => dayOf(first + index * DAY_MS))
  const folders = lake.places.flatMap(({ account, region }) => {
    const of = (day: string) => {
      const values = new Map(Object.entries({ account, aws_region: region, day }))
      return path.replace(/\$\{(\w+)\}/g, (_, key: string) => values.get(key) ?? '')
    }
    const prefixOf = (day: string) => (count > MOST_DAYS ? of(`${day.slice(0, 7)}/|`).split('|')[0] : of(day))
    const [from, to] = [of(dayOf(first)), of(`${dayOf(last)}~`)]
    return [...new Set(days.map(prefixOf))].map((Prefix = '') => ({ Prefix, from, to }))
  })
  const sizes = sideBySide(folders, LISTINGS_AT_ONCE, async ({ Prefix, from, to }) => {
    const { objects } = await listKeys(lake.cx, { bucket, owner: lake.account }, { Prefix })
    return objects.reduce((sum, { key, size }) => sum + (key >= from && key < to ? size : 0), 0)
  })
  const listed = sizes.then((all): Estimate => {
    return { bytes: all.reduce((sum, size) => sum + size, 0), basis: 'by the sizes of the objects' }
  })
  return orElse(listed, async ({ code }): Promise<Estimate> => {
    const { cx, workGroup } = lake
    const group = await orElse(cx.aws.athena.send(new GetWorkGroupCommand({ WorkGroup: workGroup })), () => undefined)
    const bytes = group?.WorkGroup?.Configuration?.BytesScannedCutoffPerQuery
    const why = `the bucket ${bucket} cannot be listed (${code})`
    if (bytes !== undefined) return { bytes, basis: `the limit of the workgroup, since ${why}` }
    return { bytes, basis: `${why}, and no limit of the workgroup ${workGroup} is known` }
  })
}

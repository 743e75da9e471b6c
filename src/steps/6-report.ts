import type { Context } from '../core/context.ts'
import { AppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { callCost } from '../report/calls.ts'
import type { ReportView, Row, SourceName, Window } from '../report/model.ts'
import type { PriceBook } from '../report/prices/book.ts'
import { checkGroupings } from '../report/sources/groupings.ts'
import { metered } from '../report/sources/metered.ts'
import { priceLoader } from '../report/sources/prices.ts'
import type { BucketRequest } from '../report/sources/s3.ts'
import type { Place, SourceReading } from '../report/sources/source.ts'
import { summarize } from '../report/summarize.ts'
import { HOUR_MS } from '../report/window.ts'
import { alignWindow } from '../report/window-parse.ts'

/** Where the numbers come from. Only files need no account; only they can be read without a window, as a whole. */
export type SourceRequest =
  | { name: 'metrics'; accountId: string; places: readonly Place[]; window: Window }
  | { name: 'logs'; accountId: string; places: readonly Place[]; window: Window; logGroup: string }
  | ({ name: 's3'; window: Window } & BucketRequest)
  | { name: 'file'; path: string; stdin?: AsyncIterable<Uint8Array>; window?: Window }

/** What the reader's rows cost: told once they are read, since only then is it known which models were used where. */
export type PriceLoader = (
  used: Iterable<Pick<Row, 'dimensions'>>,
) => Promise<{ book: PriceBook; warnings: readonly Warning[] }>

export interface ReportRequest {
  source: SourceRequest
  /** See `GROUPINGS`; `model` by default. */
  by?: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
  /** The bundled prices by default. */
  prices?: PriceLoader
  /** Also tell how near the models came to the account's quotas. Source `metrics` only. */
  quotas?: boolean
}

/** A report, and what keeps it from being whole. */
export interface ReportOutcome extends ReportView {
  /** Of kind `partial`: something could not be read and is not in the report. To be thrown once the report is out. */
  error?: AppError
}

/**
 * Step 6: usage and cost in a window. Reads only.
 * @throws AppError, a usage error where the source cannot group by what is asked
 */
export async function report(cx: Context, request: ReportRequest): Promise<ReportOutcome> {
  const { by = ['model'], timeZone = 'UTC', prices = priceLoader() } = request
  const { source, billed } = meteredSource(request.source)
  checkGroupings(source.name, by)
  const window = source.window && alignWindow(source.window, by, timeZone)
  const { reading, accountId } = await read(cx, source, window, { by, timeZone })
  const { book, warnings } = await prices(reading.used?.map((dimensions) => ({ dimensions })) ?? reading.rows)
  const asked = source.window ?? reading.window
  const facts = {
    generatedAt: cx.clock.now(),
    accountId,
    regions: reading.regions,
    source: source.name,
    hours: (asked.end - asked.start) / HOUR_MS,
    by,
    timeZone,
  }
  const quotas = source.name === 'metrics' && request.quotas ? await headroomOf(source.places, reading) : undefined
  const said = [...reading.warnings, ...warnings, ...(quotas?.warnings ?? [])]
  const more = { ...(quotas && { quotas: quotas.quotas }), ...(billed && { calls: callCost(billed) }) }
  const view = summarize({ ...reading, warnings: said }, { ...facts, ...more }, book)
  return reading.incomplete || quotas?.incomplete ? { ...view, error: incomplete(source.name) } : view
}

/** The same source, with an ear for what AWS bills of its calls; files are asked for without AWS. */
function meteredSource(source: SourceRequest) {
  if (source.name === 'file') return { source, billed: undefined }
  const meters = source.places.map(({ cx }) => metered(cx))
  const places = source.places.map((place, index) => ({ ...place, cx: meters[index]?.cx ?? place.cx }))
  return { source: { ...source, places }, billed: meters.map(({ billed }) => billed) }
}

async function headroomOf(places: readonly Place[], { rows, window }: SourceReading) {
  const { readHeadroom } = await import('../report/sources/quotas.ts')
  return readHeadroom(places, rows, window)
}

async function read(
  cx: Context,
  source: SourceRequest,
  window: Window | undefined,
  told: { by: readonly string[]; timeZone: string },
): Promise<{ reading: SourceReading; accountId: string }> {
  if (source.name === 'file') {
    const { readFiles } = await import('../report/sources/file.ts')
    return readFiles(cx, source, { ...(window && { window }), ...told })
  }
  const { accountId, places } = source
  const question = { window: window ?? source.window, ...told }
  const reading = await (async () => {
    switch (source.name) {
      case 'metrics':
        return (await import('../report/sources/metrics/regions.ts')).readMetricsOf(cx, places, question)
      case 'logs':
        return (await import('../report/sources/logs.ts')).readLogs(cx, places, source.logGroup, question)
      case 's3':
        return (await import('../report/sources/s3.ts')).readBucket(cx, source, question)
    }
  })()
  return { reading, accountId }
}

function incomplete(source: SourceName): AppError {
  return new AppError(
    'partial',
    'ReportIncomplete',
    'the report is incomplete: see its warnings for what is left out',
    {
      hint: source === 'file' ? 'fetch the files again and run it once more' : 'run it again',
    },
  )
}

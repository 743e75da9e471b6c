import type { AwsPlace } from '../../aws/context.ts'
import type { Context } from '../../core/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { placeName } from '../../core/place.ts'
import type { Window } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import type { QueryRow, RawRow } from '../queries/answer.ts'
import { number } from '../queries/columns.ts'
import { rankByCost } from '../queries/cost-ranking.ts'
import { type PriceGroup, priceGroups } from '../queries/price-groups.ts'
import type { ReadyQuery, SortKey } from '../queries/ready-query.ts'
import { queryText } from '../queries/text.ts'
import { runQuery } from './logs/run-query.ts'
import { readPlaces } from './places.ts'
import type { Priced, Prices } from './prices.ts'
import { type Tell, watched } from './progress.ts'

/** The rows of several Regions in the order that the query gives those of each. */
function inOrder<Row extends { raw: RawRow }>(rows: readonly Row[], keys: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const { field, descending } of keys) {
      const order = compare(a.raw[field] ?? '', b.raw[field] ?? '')
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

/** As numbers where both are, else as texts. */
function compare(a: string, b: string): number {
  const [x, y] = [number(a), number(b)]
  if (x !== null && y !== null) return x - y
  return a < b ? -1 : Number(a > b)
}

export interface ReadyRequest {
  query: ReadyQuery
  places: readonly AwsPlace[]
  logGroup: string
  window: Window
  models: readonly string[]
  limit: number
  key?: string
  /** Asked only by queries that rank by cost. */
  prices(rows: readonly Priced[]): Promise<Prices>
}

export interface ReadyAnswer {
  rows: QueryRow[]
  /** There may be more rows than the limit let through. */
  limited: boolean
  /** What CloudWatch bills, and in how many queries. */
  bytesScanned: number
  queries: number
  warnings: Warning[]
  /** A Region could not be read, as the warnings say. */
  incomplete: boolean
}

/** A row and where it comes from. */
export interface RegionRow {
  region: string
  raw: RawRow
}

/** Prices are decimals and sums in a query are not: a few rows more, so that those at the limit are the right ones. */
const SPARE_ROWS = 20
const MOST_MODELS = 10_000

/**
 * Asks a ready-made query in each Region and puts the answers together. One that ranks by cost first asks which models were
 * called, unless they are named: a query can only weigh by prices that stand in it.
 * @throws AppError of the first Region where none can be read
 */
export async function runReadyQuery(cx: Context, request: ReadyRequest): Promise<ReadyAnswer> {
  const { query, places, logGroup, window, limit } = request
  const scanned = { bytes: 0, queries: 0 }
  const ask = async (place: AwsPlace, text: string, rows: number, tell: Tell) => {
    const target = { region: place.region, logGroup, limit: rows }
    const answer = await runQuery(place.cx, target, text, window, tell).catch(withOwnHint)
    scanned.bytes += answer.bytesScanned
    scanned.queries += 1
    return answer
  }
  const inEach = <Found>(work: (place: AwsPlace, tell: Tell) => Promise<Found>) =>
    readPlaces(places, (place) =>
      watched(cx, { verb: 'querying', label: `${logGroup} in ${placeName(place, places)}` }, (tell) =>
        work(place, tell),
      ),
    )

  const { book, warnings, groupsOf } = query.ranksByCost ? await pricing(request, ask, inEach) : NO_PRICING
  const most = query.ranksByCost ? limit + SPARE_ROWS : limit
  const { read, ...regions } = await inEach(async (place, tell) => {
    const { models, key } = request
    const prices = groupsOf(place.region)
    const parameters = { models, limit: most, window, prices, ...(key !== undefined && { key }) }
    return ask(place, queryText(query, parameters), most, tell)
  })
  const found = read.flatMap(({ place: { region }, reading }) =>
    reading.rows.map((raw): RegionRow => ({ region, raw })),
  )
  const timedOut = read
    .filter(({ reading }) => reading.outcome === 'timeout')
    .map(({ place }) => placeName(place, places))
  const ranked = book ? rankByCost(found, query.columns, book) : { rows: plainRows(found, query), warnings: [] }
  const several = places.length > 1
  return {
    rows: ranked.rows.slice(0, limit).map(({ region, row }) => (several ? { region, ...row } : row)),
    limited: ranked.rows.length > limit || read.some(({ reading }) => reading.outcome === 'cut'),
    bytesScanned: scanned.bytes,
    queries: scanned.queries,
    warnings: [...regions.warnings, ...timedOut.map(tookTooLong), ...warnings, ...ranked.warnings],
    incomplete: regions.incomplete || timedOut.length > 0,
  }
}

function plainRows(found: readonly RegionRow[], query: ReadyQuery): { region: string; row: QueryRow }[] {
  return inOrder(found, query.sort).map(({ region, raw }) => ({
    region,
    row: Object.fromEntries(query.columns.map(({ name, of }) => [name, of(raw)])),
  }))
}

type Ask = (place: AwsPlace, text: string, rows: number, tell: Tell) => Promise<{ rows: RawRow[] }>
type InEach = <Found>(
  work: (place: AwsPlace, tell: Tell) => Promise<Found>,
) => Promise<{ read: { place: AwsPlace; reading: Found }[] }>

const NO_PRICING = { book: undefined, warnings: [], groupsOf: (): PriceGroup[] => [] }

/** What the models of each Region cost. What is wrong with a Region shows when the query itself is asked. */
async function pricing({ models, window, prices }: ReadyRequest, ask: Ask, inEach: InEach) {
  const modelsOf = async (place: AwsPlace, tell: Tell) =>
    models.length > 0 ? [...models] : (await ask(place, modelsQuery(window), MOST_MODELS, tell)).rows.map(modelOf)
  const { read } = await inEach(modelsOf)
  const used = read.flatMap(({ place: { account, region }, reading }) =>
    reading.map((model) => ({ dimensions: { model, account, region } })),
  )
  const { book, warnings } = await prices(used)
  const groupsOf = (region: string): PriceGroup[] => {
    const called = used.flatMap(({ dimensions }) => (dimensions.region === region ? [dimensions.model] : []))
    return priceGroups(called, region, new Date(window.end), book)
  }
  return { book, warnings: [...warnings, ...unpriced(used, window, book)], groupsOf }
}

/** Told of every model that was called: requests that are not ranked may be the dearest of all. */
function unpriced(used: readonly Priced[], window: Window, book: PriceBook): Warning[] {
  const messages = used.flatMap(({ dimensions: { model, region } }) => {
    const price = book.lookup(model, region, new Date(window.end))
    const known = !('unpriced' in price)
    return known ? [] : [`requests of ${model} have no cost and are not ranked by it: ${price.unpriced}`]
  })
  return [...new Set(messages)].map((message) => ({ code: 'unpriced', message }))
}

function modelsQuery({ start, end }: Window): string {
  return [
    'filter ispresent(modelId)',
    `filter toMillis(@timestamp) >= ${start} and toMillis(@timestamp) < ${end}`,
    `stats count(*) as requests by modelId as model`,
    `limit ${MOST_MODELS}`,
  ].join('\n| ')
}

function modelOf(row: RawRow): string {
  return row.model ?? ''
}

/** The report can turn to other sources; a query asks the log and nothing else. */
function withOwnHint(error: unknown): never {
  if (!isAppError(error) || error.code !== 'NoLogGroup') throw error
  const hint = 'switch logging on with bedrock-monitor setup, or name another group with --log-group-name'
  throw new AppError(error.kind, error.code, error.message, { hint, cause: error })
}

function tookTooLong(region: string): Warning {
  return {
    code: 'query-timeout',
    message: `the query in ${region} took longer than Logs Insights allows: try a shorter window`,
  }
}

import type { AwsPlace } from '../../aws/context.ts'
import type { Context } from '../../core/context.ts'
import type { Warning } from '../../core/events.ts'
import { accountsOf, type PlaceId } from '../../core/place.ts'
import type { PriceBook } from '../prices/book.ts'
import type { QueryRow, RawRow } from '../queries/answer.ts'
import { number } from '../queries/columns.ts'
import { COST } from '../queries/price-groups.ts'
import type { QueryParameters, ReadyQuery, SortKey } from '../queries/ready-query.ts'
import {
  type CostedRow,
  cellsOf,
  changesWithin,
  costRows,
  foldRows,
  type PlaceRow,
  PRICED_DAY,
  PRICED_MODEL,
  rankByCost,
} from '../queries/row-cost.ts'
import { TERM_COLUMNS } from './logs/fields.ts'
import type { QueryAnswer } from './logs/run-query.ts'
import { readPlaces } from './places.ts'
import { type Tell, watched } from './progress.ts'
import { insights, type QueryEngine, type QueryText, type ReadyAnswer, type ReadyRequest } from './query-engine.ts'
import { NO_PRICING, pricing } from './query-pricing.ts'

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

/**
 * The query as often as its prices need it, as AWS takes only so many characters: each ranks by some of them, so that whatever is
 * at the top by all of them is at the top of one.
 */
function textsOf(engine: QueryEngine, target: AwsPlace, query: ReadyQuery, parameters: QueryParameters): QueryText[] {
  const text = engine.textOf(target, query, parameters)
  const { prices = [] } = parameters
  if (text.sql.length <= engine.longest || prices.length < 2) return [text]
  const half = prices.length >> 1
  return [prices.slice(0, half), prices.slice(half)].flatMap((some) =>
    textsOf(engine, target, query, { ...parameters, prices: some }),
  )
}

/** A call without a price in one of the answers may be in another, too. */
function together(answers: readonly QueryAnswer[]): QueryAnswer {
  const [first, ...others] = answers
  if (first && others.length === 0) return first
  const rows = new Map(
    answers.flatMap((answer) => answer.rows).map((row) => [JSON.stringify({ ...row, [COST]: '' }), row]),
  )
  const outcome = (['timeout', 'cut'] as const).find((one) => answers.some((answer) => answer.outcome === one))
  return {
    rows: [...rows.values()],
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, 0),
    outcome: outcome ?? 'complete',
  }
}

/** Prices are decimals and sums in a query are not: a few rows more, so that those at the limit are the right ones. */
const SPARE_ROWS = 20
/** The most rows that a query gives: sums that are told apart by model and terms are put together here. */
const MOST_ROWS = 100_000

/**
 * Asks a ready-made query in each Region and puts the answers together. One that ranks by cost first asks which models were
 * called on which terms: a query can only weigh by prices that stand in it.
 * @throws AppError of the first Region where none can be read
 */
export async function runReadyQuery(cx: Context, request: ReadyRequest): Promise<ReadyAnswer> {
  const { query, places, window, limit } = request
  const engine: QueryEngine = request.engine ?? (insights(request) as unknown as QueryEngine)
  const { nameOf } = engine
  const scanned = { bytes: 0, queries: 0 }
  const ask = async (target: AwsPlace, text: QueryText, rows: number, tell: Tell) => {
    const answer = await engine.run(target, text, rows, tell)
    scanned.bytes += answer.bytesScanned
    scanned.queries += 1
    return answer
  }
  const inEach = <Found>(work: (target: AwsPlace, tell: Tell) => Promise<Found>) =>
    readPlaces(
      engine.targets,
      (target) =>
        watched(cx, { verb: 'querying', label: `${engine.label} in ${nameOf(target)}` }, (tell) => work(target, tell)),
      {
        nameOf,
        window,
        ...(engine.halves && { halves: engine.halves }),
        ...(engine.isSilent && { isSilent: engine.isSilent }),
      },
    )

  const { book, warnings, groupsOf } = query.ranksByCost ? await pricing(request, engine, ask, inEach) : NO_PRICING
  const isSum = query.pricedBy?.by !== undefined
  const most = query.ranksByCost ? limit + SPARE_ROWS : isSum ? MOST_ROWS : limit
  const ahead = isSum ? await pricedBy(request) : { pricedBy: query.pricedBy && [], warnings: [] }
  const { read, ...regions } = await inEach(async (place, tell) => {
    const { models, where, key } = request
    const prices = groupsOf(place)
    const asked = {
      models,
      where,
      limit: most,
      window,
      prices,
      ...(ahead.pricedBy && { pricedBy: ahead.pricedBy }),
    }
    const parameters = { ...asked, ...(key !== undefined && { key }) }
    const answers: QueryAnswer[] = []
    for (const text of textsOf(engine, place, query, parameters)) answers.push(await ask(place, text, most, tell))
    return together(answers)
  })
  const found = read.flatMap(({ place, reading }) =>
    reading.rows.map((raw): PlaceRow => {
      // Of single requests none is in another.
      const owner = engine.ownerIn(place)(raw)
      const isPart = isSum && (request.isPart === true || engine.isPart?.(owner) === true)
      return { ...owner, raw, ...(isPart && { isPart }) }
    }),
  )
  const timedOut = read.filter(({ reading }) => reading.outcome === 'timeout').map(({ place }) => nameOf(place))
  const priced = await costed(request, found, book)
  const { order } = request
  // Of single requests the query has chosen, of sums all are here.
  const chosen = isSum && order ? priced.rows : priced.rows.slice(0, limit)
  const rows = order ? [...chosen].sort((a, b) => order(a.row, b.row)) : chosen
  const several = places.length > 1
  const severalAccounts = accountsOf(places).length > 1
  const cut = read.filter(({ reading }) => reading.outcome === 'cut')
  return {
    rows: rows.slice(0, limit).map(({ account, region, row }) => ({
      ...(severalAccounts && { account }),
      ...(several && { region }),
      ...row,
    })),
    limited: priced.rows.length > limit || cut.length > 0,
    bytesScanned: scanned.bytes,
    queries: scanned.queries,
    warnings: [
      ...regions.warnings,
      ...(engine.warnings?.() ?? []),
      ...timedOut.map(tookTooLong),
      ...(isSum ? cut.map(({ place }) => partOnly(nameOf(place))) : []),
      ...ahead.warnings,
      ...warnings,
      ...priced.warnings,
    ],
    incomplete: regions.incomplete || timedOut.length > 0,
  }
}

interface ShownRow extends PlaceId {
  row: QueryRow
}

/** The rows in order, with what they cost where the query tells it: sums are put together once each part has its price. */
async function costed(
  { query, window, prices }: ReadyRequest,
  found: readonly PlaceRow[],
  known: PriceBook | undefined,
): Promise<{ rows: ShownRow[]; warnings: readonly Warning[] }> {
  const { pricedBy: by, columns, sort } = query
  const shown = (rows: readonly CostedRow[]) =>
    rows.map((row) => ({ account: row.account, region: row.region, row: cellsOf(row, columns) }))
  if (!by) {
    const rows = found.map((row): CostedRow => ({ ...row, cost: null, isFloor: false, isPriced: false }))
    return { rows: shown(inOrder(rows, sort)), warnings: [] }
  }
  const used = found.map(({ account, region, raw }) => ({
    dimensions: { model: raw[by.model] ?? '', account, region },
  }))
  const { book, warnings } = known ? { book: known, warnings: [] } : await prices(used)
  const { rows, ...said } = costRows(found, by, { book, start: window.start })
  const whole = by.by === undefined ? rows : foldRows(rows, by.by)
  const ordered = query.ranksByCost ? rankByCost(whole) : inOrder(whole, sort)
  // Of models without a price it has been told before the ranking.
  const news = known ? said.warnings.filter(({ code }) => code !== 'unpriced') : said.warnings
  return { rows: shown(ordered), warnings: [...warnings, ...news] }
}

/** What sums are told apart by, so that each has one price: model, terms, and the day where some price changes meanwhile. */
async function pricedBy({ places, window, prices, query }: ReadyRequest) {
  const { book, warnings } = await prices(
    places.map(({ account, region }) => ({ dimensions: { account, region, model: '' } })),
  )
  const calls = [`modelId as ${PRICED_MODEL}`, ...TERM_COLUMNS]
  const isTimed = query.pricedBy?.at !== PRICED_DAY
  const isSteady = isTimed || !changesWithin(book, window)
  return { pricedBy: isSteady ? calls : [...calls, `bin(1d) as ${PRICED_DAY}`], warnings }
}

/** What is beyond the most rows that Logs Insights gives is in no sum. */
function partOnly(region: string): Warning {
  return {
    code: 'logs-cut',
    message: `Logs Insights gave as many parts of sums in ${region} as it can and left out the rest: totals and costs cover only these`,
  }
}

function tookTooLong(region: string): Warning {
  return {
    code: 'query-timeout',
    message: `the query in ${region} took longer than Logs Insights allows: try a shorter window`,
  }
}

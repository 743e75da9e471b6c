import type { AwsPlace } from '../../aws/context.ts'
import type { Context } from '../../core/context.ts'
import type { Warning } from '../../core/events.ts'
import { accountsOf, type PlaceId } from '../../core/place.ts'
import type { PriceBook } from '../prices/book.ts'
import type { QueryRow, RawRow } from '../queries/answer.ts'
import { number } from '../queries/columns.ts'
import { COST, MOST_MODELS, pricedCalls, priceGroups } from '../queries/price-groups.ts'
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
import { insights, type QueryEngine, type QueryText, type ReadyRequest } from './query-engine.ts'

/** Prices are decimals and sums in a query are not: a few rows more, so that those at the limit are the right ones. */
const SPARE_ROWS = 20
/** The most rows that a query gives: sums that are told apart by model and terms are put together here. */
const MOST_ROWS = 100_000

/** One that ranks by cost first asks which models were called on which terms. @throws where no Region can be read */
export async function runReadyQuery(cx: Context, request: ReadyRequest) {
  const { query, places, window, limit, order, models, where, key } = request
  const engine: QueryEngine = request.engine ?? (insights(request) as unknown as QueryEngine)
  const { nameOf, halves, isSilent } = engine
  let [bytesScanned, queries] = [0, 0]
  const ask: Ask = async (target, text, rows, tell) => {
    const answer = await engine.run(target, text, rows, tell)
    bytesScanned += answer.bytesScanned
    queries += 1
    return answer
  }
  const particular = { nameOf, window, ...(halves && { halves }), ...(isSilent && { isSilent }) }
  const inEach: InEach = (work) => {
    const label = (target: AwsPlace) => `${engine.label} in ${nameOf(target)}`
    const read = (target: AwsPlace) =>
      watched(cx, { verb: 'querying', label: label(target) }, (tell) => work(target, tell))
    return readPlaces(engine.targets, read, particular)
  }

  const ranking = query.ranksByCost ? await pricing(request, engine, ask, inEach) : undefined
  const isSum = query.pricedBy?.by !== undefined
  const most = query.ranksByCost ? limit + SPARE_ROWS : isSum ? MOST_ROWS : limit
  const ahead = isSum ? await pricedBy(request) : { pricedBy: query.pricedBy && [], warnings: [] }
  const asked = { models, where, limit: most, window, ...(key !== undefined && { key }) }
  const { read, ...regions } = await inEach(async (place, tell) => {
    const prices = ranking?.groupsOf(place) ?? []
    const parameters = { ...asked, prices, ...(ahead.pricedBy && { pricedBy: ahead.pricedBy }) }
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
  const ended = (as: QueryAnswer['outcome']) => read.filter(({ reading }) => reading.outcome === as)
  const [timedOut, cut] = [ended('timeout'), ended('cut')]
  const priced = await costed(request, found, ranking?.book)
  // Of single requests the query has chosen, of sums all are here.
  const chosen = isSum && order ? priced.rows : priced.rows.slice(0, limit)
  const rows = order ? [...chosen].sort((a, b) => order(a.row, b.row)) : chosen
  const severalAccounts = accountsOf(places).length > 1
  return {
    rows: rows.slice(0, limit).map(
      ({ account, region, row }): QueryRow => ({
        ...(severalAccounts && { account }),
        ...(places.length > 1 && { region }),
        ...row,
      }),
    ),
    limited: priced.rows.length > limit || cut.length > 0,
    bytesScanned,
    queries,
    warnings: [
      ...regions.warnings,
      ...(engine.warnings?.() ?? []),
      ...timedOut.map(({ place }): Warning => {
        const message = `the query in ${nameOf(place)} took longer than Logs Insights allows: try a shorter window`
        return { code: 'query-timeout', message }
      }),
      // What is beyond the most rows that Logs Insights gives is in no sum.
      ...(isSum ? cut : []).map(({ place }): Warning => {
        const message = `Logs Insights returned as many partial sums in ${nameOf(place)} as it can and left out the rest: totals and costs cover only these`
        return { code: 'logs-cut', message }
      }),
      ...ahead.warnings,
      ...(ranking?.warnings ?? []),
      ...priced.warnings,
    ],
    incomplete: regions.incomplete || timedOut.length > 0,
  }
}

type Ask = (target: AwsPlace, text: QueryText, rows: number, tell: Tell) => Promise<QueryAnswer>
type InEach = <Found>(
  work: (target: AwsPlace, tell: Tell) => Promise<Found>,
) => ReturnType<typeof readPlaces<Found, AwsPlace>>

async function pricing(request: ReadyRequest, engine: QueryEngine, ask: Ask, inEach: InEach) {
  const { models, where, window, prices } = request
  const { read } = await inEach(async (place, tell) => {
    const text = engine.textOf(place, 'terms', { models, where, window, limit: MOST_MODELS })
    const { rows } = await ask(place, text, MOST_MODELS, tell)
    return rows.flatMap((row) => pricedCalls(row).map((calls) => ({ ...calls, owner: engine.ownerIn(place)(row) })))
  })
  const used = read.flatMap(({ place, reading }) =>
    reading.map(({ owner: { account, region }, ...calls }) => {
      return { ...calls, dimensions: { model: calls.model, account: account || place.account, region } }
    }),
  )
  const { book, warnings } = await prices(used)
  const end = new Date(window.end)
  // Told of every model that was called: requests that are not ranked may be the costliest of all.
  const unranked = used.flatMap(({ dimensions: { model, region }, billedModel, terms }) => {
    const price = book.lookup(billedModel ?? model, region, end, terms)
    return 'unpriced' in price ? [`requests of ${model} have no cost and are not ranked by it: ${price.unpriced}`] : []
  })
  const unpriced = [...new Set(unranked)].map((message): Warning => ({ code: 'unpriced', message }))
  const groupsOf = (target: AwsPlace) => {
    const called = used.filter(({ dimensions }) => engine.covers(target, dimensions))
    return priceGroups(called, target.region, end, book)
  }
  return { book, warnings: [...warnings, ...unpriced], groupsOf }
}

/** What sums are told apart by, so that each has one price: model, terms, and the day where some price changes meanwhile. */
async function pricedBy({ places, window, prices, query }: ReadyRequest) {
  const of = places.map(({ account, region }) => ({ dimensions: { account, region, model: '' } }))
  const { book, warnings } = await prices(of)
  const calls = [`modelId as ${PRICED_MODEL}`, ...TERM_COLUMNS]
  const isSteady = query.pricedBy?.at !== PRICED_DAY || !changesWithin(book, window)
  return { pricedBy: isSteady ? calls : [...calls, `bin(1d) as ${PRICED_DAY}`], warnings }
}

/** As often as its prices need it: each ranks by some, so that what is at the top by all is at the top of one. */
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
  const all = answers.flatMap((answer) => answer.rows)
  const rows = new Map(all.map((row) => [JSON.stringify({ ...row, [COST]: '' }), row]))
  const outcome = (['timeout', 'cut'] as const).find((one) => answers.some((answer) => answer.outcome === one))
  const bytesScanned = answers.reduce((sum, answer) => sum + answer.bytesScanned, 0)
  return { rows: [...rows.values()], bytesScanned, outcome: outcome ?? 'complete' }
}

async function costed(
  { query, window, prices }: ReadyRequest,
  found: readonly PlaceRow[],
  known: PriceBook | undefined,
): Promise<{ rows: (PlaceId & { row: QueryRow })[]; warnings: readonly Warning[] }> {
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

function inOrder<Row extends { raw: RawRow }>(rows: readonly Row[], keys: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const { field, descending } of keys) {
      const order = compare(a.raw[field] ?? '', b.raw[field] ?? '')
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

function compare(a: string, b: string): number {
  const [x, y] = [number(a), number(b)]
  if (x !== null && y !== null) return x - y
  return a < b ? -1 : Number(a > b)
}

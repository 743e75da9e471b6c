import { AppError, usageError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { BillLine } from '../bill/line.ts'
import { callCost } from '../calls.ts'
import { type PricesTold, pricer } from '../cost.ts'
import { doubtWarning } from '../doubts.ts'
import { groupsBy, timeKey } from '../grouping.ts'
import type { BillReading, Row, Window } from '../model.ts'
import { toNano, toUsd } from '../money.ts'
import { BILLS, findSource } from '../sources/index.ts'
import { hintOf, unreadAccounts } from '../sources/linked.ts'
import { meterOf, type PricesFrom, pricesOf, type ReportSession } from '../sources/opening.ts'
import type { SourceOptions } from '../sources/source.ts'
import type { Where } from '../where.ts'
import { billedUpTo, DAY_MS } from '../window.ts'
import type { Reconciliation } from './model.ts'
import { reconcile } from './reconcile.ts'

/** A source by name, and what stands behind it and a colon. */
export interface NamedSource {
  name: string
  path?: string | undefined
}

export interface ReconcileRequest extends Pick<SourceOptions, 'owner' | 'cost' | 'maxAwsCost'> {
  source: NamedSource
  bill: NamedSource
  window: Window
  prices?: PricesFrom | undefined
  by?: readonly string[] | undefined
  where?: Where | undefined
}

/** The estimate is read with a role in each account, the bill as who asks. */
export interface ReconcileSessions {
  estimate: ReportSession
  bill: ReportSession
}

export interface ReconcileOutcome {
  reconciliation: Reconciliation
  /** Of kind `partial`: something could not be read. To be thrown once the result is out. */
  error?: AppError
}

/** Where the bill has to tell things apart. */
const BY_BILL = ['day', 'account', 'region', 'model', 'kind'] as const
const BY_ESTIMATE = ['model', 'account', 'region'] as const

/** Reads an estimate and a bill of the same days, and puts one beside the other. Reads only. */
export async function readReconciliation(
  sessions: ReconcileSessions,
  request: ReconcileRequest,
): Promise<ReconcileOutcome> {
  const { window, owner, cost, maxAwsCost } = request
  const [source, billSource] = [findSource(request.source.name), findSource(request.bill.name)]
  if (BILLS.includes(source))
    throw usageError(`--source ${source.name}: a bill is not an estimate`, 'name it with --bill')
  const meters = {
    estimate: meterOf(sessions.estimate, source, undefined),
    bill: meterOf(sessions.bill, billSource, undefined),
  }
  // What the bill would refuse to be asked is told before anything is read.
  const openBill = await billSource.open(meters.bill.session, {
    path: request.bill.path,
    owner,
    cost,
    maxAwsCost,
  })
  const { places, read } = await source.open(meters.estimate.session, { path: request.source.path, maxAwsCost })
  const estimate = read({ window, by: BY_ESTIMATE })
  // A wrong path must not cost requests to Cost Explorer.
  if (request.source.path !== undefined) await estimate
  const [reading, billed] = await bothOf(estimate, openBill.read({ window, by: BY_BILL }))
  if (!billed.bill)
    throw usageError(`--bill ${billSource.name}: not a bill`, `pass ${BILLS.map(({ name }) => name).join(', ')}`)
  const { book, warnings, profiles } = await pricesOf(request, places, [reading], false)
  const modelOf = new Map((profiles ?? []).map(({ id, model }) => [id, model]))
  const { accounts: reached, warnings: linked } = meters.estimate.reached()
  const unread = unreadAccounts(reached)
  const { priced, told } = pricer(book)
  const accounts = distinct([...places.map(({ account }) => account), ...reading.accounts])
  const regions = distinct([...places.map(({ region }) => region), ...reading.regions])
  const { generatedAt, finalUntil, openFrom } = timesOf(sessions.estimate.cx.clock.now(), billed.bill, window)
  const { lines, rows } = sameAccounts(billed.bill.lines, reading.rows)
  const { metric, through, adjustments } = billed.bill
  const billedAccounts = lines.map(({ account }) => account)
  const result = reconcile({
    lines: letGo(lines),
    metric,
    rows,
    priced,
    modelOf: (id) => modelOf.get(id.split('/').at(-1) ?? id),
    book,
    window,
    by: request.by,
    where: request.where,
    generatedAt,
    looked: {
      accounts: new Set(accounts.length > 0 ? accounts : billedAccounts),
      regions: new Set(regions),
      // What tells operations are the records of invocations.
      readsLogs: groupsBy(source.groupings, 'operation'),
      isBillWhole: !billed.incomplete,
      finalUntil,
    },
    bill: {
      source: billSource.name,
      metric,
      through: through === undefined ? null : timeKey('day', through, 'UTC'),
      openFrom,
      adjustments: Object.fromEntries(
        [...(adjustments ?? [])].map(([name, amount]) => [name, toUsd(toNano(amount))] as const),
      ),
    },
    estimate: { source: source.name, accounts, regions },
    calls: callCost([...meters.estimate.billed, ...meters.bill.billed], [...source.bills, ...billSource.bills]),
    warnings: [],
  })
  // Nothing is told of latency here.
  const ofReading = reading.warnings.filter(({ code }) => code !== 'percentiles-not-joined')
  const said = [...unread, ...linked, ...ofReading, ...billed.warnings, ...warnings, ...toldOf(told())]
  const once = new Map(said.map((warning) => [`${warning.code} ${warning.message}`, warning]))
  const broken = [reading, billed].find(({ incomplete }) => incomplete)
  const reconciliation = { ...result, warnings: [...once.values()] }
  if (!broken && unread.length === 0) return { reconciliation }
  const cure = broken === billed ? billSource.ifIncomplete : source.ifIncomplete
  const hint = hintOf(reached) ?? broken?.ifIncomplete ?? cure
  const message = 'not all could be read: see the warnings for what is left out'
  return { reconciliation, error: new AppError('partial', 'ReconciliationIncomplete', message, { hint }) }
}

/** Lines that are needed once: a year of an organization has a hundred thousand, and is not held beside what is made of it. */
function* letGo(lines: BillLine[]): Generator<BillLine> {
  lines.reverse()
  for (let line = lines.pop(); line; line = lines.pop()) yield line
}

/** What the estimate is not sure of, the bill tells. */
function toldOf({ warnings, doubts }: PricesTold): Warning[] {
  const unsure = new Set(doubts.map((doubt) => doubtWarning(doubt).message))
  return warnings.filter(({ message }) => !unsure.has(message))
}

/** Nothing goes on behind the back of who is told that one of them failed. */
async function bothOf<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}

const distinct = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text !== '').sort()

/** From when on more may still be billed: today and yesterday, and the day before where a bill that AWS has not closed has nothing of it. */
function timesOf(now: number, { through, isFinal }: BillReading, window: Window) {
  const usual = billedUpTo(now)
  const isShort = isFinal !== true && through !== undefined && through + DAY_MS < usual
  const finalUntil = isShort ? usual - DAY_MS : usual
  return {
    generatedAt: now,
    finalUntil,
    openFrom: finalUntil < window.end ? timeKey('day', Math.max(finalUntil, window.start), 'UTC') : null,
  }
}

/** Where one of the two does not tell accounts and the other has one, it is that one; where it has several, they are not told apart. */
function sameAccounts(lines: BillLine[], rows: Iterable<Row>) {
  const isTold = (accounts: readonly string[]) => accounts.length > 0 && accounts.every((account) => account !== '')
  const ofBill = [...new Set(lines.filter(({ adjustment }) => !adjustment).map(({ account }) => account))]
  const ofRows = new Set<string>()
  for (const { dimensions } of rows) ofRows.add(dimensions.account)
  if ((isTold(ofBill) || ofBill.length === 0) && (isTold([...ofRows]) || ofRows.size === 0)) return { lines, rows }
  const [only = '', ...others] = distinct([...ofBill, ...ofRows])
  const account = others.length === 0 ? only : ''
  return { lines: lines.map((line) => ({ ...line, account })), rows: ofAccount(rows, account) }
}

function* ofAccount(rows: Iterable<Row>, account: string): Generator<Row> {
  for (const row of rows) yield { ...row, dimensions: { ...row.dimensions, account } }
}

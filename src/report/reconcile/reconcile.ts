import type { Warning } from '../../core/events.ts'
import { grouped } from '../arrange.ts'
import { isTimeGrouping, timeKey, timeOrder } from '../grouping.ts'
import type { GroupKey, Window } from '../model.ts'
import { type AttoUsd, costOf, type NanoUsd, toNano, toUsd } from '../money.ts'
import type { PriceBook } from '../prices/book.ts'
import { whereFitter } from '../where.ts'
import { DAY_MS, isoTime } from '../window.ts'
import { type Deviation, explainer, type Looked, type Part } from './explain.ts'
import { portions } from './match.ts'
import { type Amounts, type Cause, type Cell, causeText, type Group, type Reconciliation } from './model.ts'
import { billedRates, proposalOf } from './rates.ts'
import { type Aspects, gather, inOrder, type Place, type Sides } from './units.ts'

export interface Question extends Sides, Pick<Reconciliation, 'bill' | 'estimate' | 'calls' | 'where'> {
  book: PriceBook
  window: Window
  generatedAt: number
  looked: Looked
  warnings: readonly Warning[]
  /** What groups are told apart by: keys of a cell, or a time. */
  by?: readonly string[] | undefined
}

/**
 * Puts an estimate beside a bill: each difference is of quantity, of rate, or unexplained, and these add up to it exactly. Pure;
 * lines and rows are walked once.
 */
export function reconcile(question: Question): Reconciliation {
  const { window, generatedAt, bill, estimate, by = ['model'], where } = question
  const { cells: all, rates } = cellsOf(question)
  const fits = whereFitter(where)
  const cells = where ? all.filter(({ account, region, model, kind }) => fits({ account, region, model, kind })) : all
  const inTime = timeOrder(by)
  const bySize = (a: Amounts, b: Amounts) =>
    Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd) || b.billUsd - a.billUsd
  return {
    schemaVersion: 1,
    command: 'reconcile',
    generatedAt: isoTime(generatedAt),
    window: { start: isoTime(window.start), end: isoTime(window.end), days: (window.end - window.start) / DAY_MS },
    currency: 'USD',
    bill,
    estimate,
    total: totalOf(cells),
    ...(where && { where }),
    causes: causesOf(cells),
    groups: groupsOf(cells, by).sort((a, b) => inTime(a.key, b.key) || bySize(a, b)),
    models: groupsOf(cells, ['model'])
      .map(({ key: { model = '' }, ...amounts }) => ({ model, ...amounts }))
      .sort(bySize),
    days: groupsOf(cells, ['day']).map(({ key: { day = '' }, ...amounts }) => ({ day, ...amounts })),
    cells: cells.map(published),
    proposal: proposalOf(rates),
    calls: question.calls,
    warnings: [...question.warnings],
  }
}

/** All cells, and what they tell of private rates. What they were made of is let go. */
function cellsOf(question: Question) {
  const { exact, open, billed } = explained(question)
  const { rates, causes } = billedRates(open.map(({ deviation }) => deviation))
  for (const { cell, deviation } of open) {
    const [cause, amount] = [causes.get(deviation), deviation.open]
    if (amount === 0n) continue
    addPart(cell.parts, cause ? { side: 'rate', cause, amount } : { side: 'unexplained', cause: 'rate', amount })
  }
  return { cells: rounded(exact.sort(inOrder), billed), rates }
}

/** Cells, as far as they can be explained one by one. What they are made of is as large as they are, and is let go as they are made. */
function explained(question: Question) {
  const { book, looked } = question
  const { units, ...gathered } = gather(question)
  const explain = explainer(book, looked, gathered)
  const exact: Exact[] = []
  const open: { cell: Exact; deviation: Deviation }[] = []
  let billed: AttoUsd = 0n
  for (let unit = units.pop(); unit; unit = units.pop()) {
    const { of } = unit
    // What is billed alike is of one unit, with all that is measured of it.
    const cells = new Map<Aspects, Exact>()
    for (const portion of portions(unit, of.day < looked.finalUntil)) {
      const { aspects } = portion
      const nothing = { of, aspects, estimate: 0n, billedQuantity: 0, measuredQuantity: 0, parts: [] }
      const cell: Exact = cells.get(aspects) ?? nothing
      cells.set(aspects, cell)
      const { parts, deviation } = explain(unit, portion)
      billed += portion.amount
      if (portion.billed) cell.billedQuantity += portion.quantity
      if (portion.measured) {
        cell.measuredQuantity += portion.quantity
        cell.estimate += costOf(portion.quantity, portion.measured.rate ?? 0n)
      }
      for (const part of parts) addPart(cell.parts, part)
      if (deviation) open.push({ cell, deviation })
    }
    exact.push(...cells.values())
  }
  return { exact, open, billed }
}

function addPart(parts: Part[], part: Part): void {
  const same = parts.find(({ side, cause }) => side === part.side && cause === part.cause)
  if (same) same.amount += part.amount
  else parts.push({ ...part })
}

function sumsOf(cells: readonly Rounded[]) {
  const sums: Record<Part['side'] | 'estimate', NanoUsd> = { estimate: 0n, quantity: 0n, rate: 0n, unexplained: 0n }
  for (const { estimate, parts } of cells) {
    sums.estimate += estimate
    for (const { side, nanos } of parts) sums[side] += nanos
  }
  return sums
}

function amountsOf(cells: readonly Rounded[]): Amounts {
  const { estimate, quantity, rate, unexplained } = sumsOf(cells)
  const difference = quantity + rate + unexplained
  return {
    billUsd: toUsd(estimate + difference),
    estimateUsd: toUsd(estimate),
    differenceUsd: toUsd(difference),
    quantityUsd: toUsd(quantity),
    rateUsd: toUsd(rate),
    unexplainedUsd: toUsd(unexplained),
  }
}

function totalOf(cells: readonly Rounded[]): Reconciliation['total'] {
  const { estimate, quantity, rate, unexplained } = sumsOf(cells)
  const bill = estimate + quantity + rate + unexplained
  const alone = cells.map((cell) => sumsOf([cell]).unexplained)
  const gross = alone.reduce((sum, own) => sum + (own < 0n ? -own : own), 0n)
  return {
    ...amountsOf(cells),
    differencePercent: estimate === 0n ? null : (Number(bill - estimate) / Number(estimate)) * 100,
    unexplainedPercent: gross === 0n ? 0 : bill === 0n ? null : (Number(gross) / Math.abs(Number(bill))) * 100,
  }
}

function groupsOf(cells: readonly Rounded[], by: readonly string[]): Group[] {
  const keyOf = ({ day, account, region, model, kind }: Rounded) => {
    const told: GroupKey = { account, region, model, kind }
    return Object.fromEntries(
      by.map((name) => [name, isTimeGrouping(name) ? timeKey(name, Date.parse(day), 'UTC') : (told[name] ?? '')]),
    )
  }
  return [...grouped(cells, (cell) => JSON.stringify(keyOf(cell))).values()].map((of) => {
    return { key: keyOf(of[0]), ...amountsOf(of) }
  })
}

function causesOf(cells: readonly Rounded[]): Cause[] {
  const parts = cells.flatMap((cell) => cell.parts.map((part) => ({ ...part, cell })))
  return [...grouped(parts, ({ side, cause }) => `${side} ${cause}`).values()]
    .map((of): Cause => {
      const [{ side, cause }] = of
      const usd = toUsd(of.reduce((sum, { nanos }) => sum + nanos, 0n))
      const values = (key: 'day' | 'account' | 'region' | 'model') =>
        [...new Set(of.map(({ cell }) => cell[key]))].filter((value) => value !== '').sort()
      const days = values('day')
      return {
        of: side,
        cause,
        ...causeText(side, cause),
        usd,
        days: { first: days[0] ?? '', last: days.at(-1) ?? '', count: days.length },
        accounts: values('account'),
        regions: values('region'),
        models: values('model'),
      }
    })
    .sort((a, b) => Math.abs(b.usd) - Math.abs(a.usd))
}

function published(cell: Rounded): Cell {
  const { parts, estimate: _, billedQuantity, measuredQuantity, ...of } = cell
  return {
    ...of,
    ...amountsOf([cell]),
    billedQuantity,
    measuredQuantity,
    causes: parts.map(({ side, cause, nanos }) => ({ of: side, cause, usd: toUsd(nanos) })),
  }
}

interface Exact extends Pick<Cell, 'billedQuantity' | 'measuredQuantity'> {
  of: Place
  aspects: Aspects
  estimate: AttoUsd
  parts: Part[]
}

type Rounded = ReturnType<typeof rounded>[number]

/**
 * Estimates and parts are rounded by their running totals, so that all sums of them are right to the nano-dollar; what the bill
 * has is what they add up to. Where the whole of it is a nano-dollar off, that is told as rounding.
 */
function rounded(cells: readonly Exact[], billed: AttoUsd) {
  const [estimate, part] = [running(), running()]
  const days = new Map(cells.map(({ of: { day } }) => [day, '']))
  for (const day of days.keys()) days.set(day, timeKey('day', day, 'UTC'))
  const all = cells.map((of) => {
    const parts = of.parts.map(({ side, cause, amount }) => ({ side, cause, nanos: part.next(amount) }))
    const { billedQuantity, measuredQuantity, aspects } = of
    const { account, region, model, day } = of.of
    return {
      ...{ day: days.get(day) ?? '', account, region, model, kind: aspects.kind, terms: termsText(of) },
      ...{ billedQuantity, measuredQuantity },
      estimate: estimate.next(of.estimate),
      parts: parts.filter(({ nanos }) => nanos !== 0n),
    }
  })
  const slack = toNano(billed) - estimate.total() - part.total()
  const last = all.at(-1)
  if (last && slack !== 0n) last.parts = [...last.parts, { side: 'rate', cause: 'rounding', nanos: slack }]
  return all
}

function running() {
  let [exact, told] = [0n, 0n]
  return {
    next(amount: AttoUsd): NanoUsd {
      exact += amount
      const grown = toNano(exact) - told
      told += grown
      return grown
    },
    total: () => told,
  }
}

function termsText({ of, aspects: { tier, long, routing, modality } }: Exact): string {
  const words = [tier, long && 'long', routing !== 'in-region' && routing, modality, of.mantle && 'mantle']
  return words.filter((word) => word !== false && word !== '').join(' ')
}

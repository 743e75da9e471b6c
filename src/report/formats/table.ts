import { plain, withoutCommands } from '../../text/escape.ts'
import { atLeast } from '../../text/floor.ts'
import { shortNames } from '../../text/models.ts'
import { duration, percent, UNKNOWN, usd, whole } from '../../text/numbers.ts'
import type { TextOptions } from '../../text/painter.ts'
import {
  arrange,
  type Candidate,
  type Column,
  draw,
  table as drawnTable,
  type Fitted,
  toned,
} from '../../text/table.ts'
import { wrap, wrapId, wrapParts } from '../../text/wrap.ts'
import { isTimeGrouping } from '../grouping.ts'
import type { QueryColumn, QueryRow } from '../queries/answer.ts'
import { type AnswerView, FLOOR_COLUMN, scannedText, shownColumns } from '../queries/answer.ts'
import type { ReportView } from '../view.ts'
import { featureSections } from './features.ts'
import { aboutParts, accountsText } from './labels.ts'
import {
  askedColumns,
  COST_COLUMN,
  changeColumns,
  columnsOf,
  keyColumns,
  type Line,
  linesOf,
  totalLine,
} from './lines.ts'
import { type Note, notesOf } from './notes.ts'
import { teamColumns } from './teams.ts'
import { headline, unusedTexts } from './texts.ts'

/** For people: the answer in a line, what it is of, the table, and all that has to be said. */
export function renderReport(view: ReportView, options: TextOptions): string {
  const { width, paint, verbose = false } = options
  const notes = notesOf(view, verbose)
  const unused = unusedTexts(view)
  const parts = unused
    ? [...wrap(plain(unused[0]), width).map(paint.bold), ...wrap(unused[1], width), ...besides(view, options)]
    : [...heading(view, options), '', ...table(view, options), ...besides(view, options), '']
  parts.push(...said(notes, options))
  // Where a name is wrapped, any part of it may come to begin a line.
  return withoutCommands(`${parts.join('\n')}\n`)
}

function heading(view: ReportView, { paint, width }: TextOptions): string[] {
  const parts = headline(view)
  const styled = (line: string) =>
    parts.reduce(
      (text, { text: part, tone }, index) =>
        text.replace(part, (found) => (index === 0 ? paint.bold(found) : toned(paint, tone)(found))),
      line,
    )
  const [account = '', ...about] = aboutParts(view)
  return [
    ...wrapParts(
      parts.map(({ text }) => plain(text)),
      width,
    ).map(styled),
    ...wrapParts([account.replace('Account ', ''), ...about].map(plain), width).map((line) => paint.dim(line)),
  ]
}

/** What a narrow terminal shows first, beside keys and cost. All others come after these, as far as there is room. */
const FIRST = [
  'chargedUsd',
  'budgetUsd',
  'usedUsd',
  'leftUsd',
  'change',
  'invocations',
  'share',
  'sharedUsd',
  'forecastUsd',
  'input tokens',
  'output tokens',
  'error rate',
  'latency p99',
  'trend',
  'cache read',
  'throttles',
  'cache write',
  'latency p50',
  'first token p99',
  'priced',
]
/** Keys are wrapped to no less than this, by how many there are: a model's short name never is, nor one of two operations. */
const KEY_WIDTHS = [48, 29, 16]
/** Columns beside the cost that ids are broken for. */
const LEAST_BESIDE = 2
/** So many columns beside the cost tell more than of which part an hour is. */
const ENOUGH_BESIDE = 4
/** What keys are wrapped to before the cost would have no room. */
const TIGHT_KEY_WIDTH = 8

function table(view: ReportView, { width, paint, verbose = false }: TextOptions): string[] {
  const lines = [...linesOf(view, { short: !verbose }), totalLine(view)]
  const asked = askedColumns(view)
  const fitted = asked
    ? arrange([{ columns: [...keyColumns(view), ...asked], least: TIGHT_KEY_WIDTH }], lines, width)
    : fitToWidth(view, lines, width, verbose)
  return draw(fitted, lines, paint, { total: true })
}

function besides({ report }: ReportView, options: TextOptions): string[] {
  return featureSections(report).flatMap(({ title, columns, rows }) => {
    const lines = drawnTable(
      { columns, least: TIGHT_KEY_WIDTH },
      rows.map((row) => row.map(plain)),
      options,
    )
    return ['', options.paint.bold(title), ...lines]
  })
}

/** As many columns as there is room for, exact where that costs none. Numbers are never cut: keys and cost stay, even if they are too wide. */
function fitToWidth(view: ReportView, lines: readonly Line[], width: number, isExact: boolean): Fitted<Line> {
  const keys = keyColumns(view)
  // "2026-11-29 21:00" of "2026-11-29 21:00 (until 21:58)": of which part an hour is stands above the table, too.
  const timeAlone = (text: string) => text.replace(/ \((?:from|until) .*\)$/, '')
  const slim = keys.map((key) =>
    isTimeGrouping(key.name) ? { ...key, cell: (line: Line) => timeAlone(key.cell(line)) } : key,
  )
  const all = [...teamColumns(view), ...changeColumns(view), ...columnsOf(view, lines)].map((column) => ({
    exact: column,
    brief: { ...column, cell: column.brief ?? column.cell },
  }))
  const rank = (name: string) => FIRST.indexOf(name) >>> 0
  const ranked = [...all].sort((a, b) => rank(a.exact.name) - rank(b.exact.name))
  const beside = (most: number, form: 'exact' | 'brief', names = keys): Column<Line>[] => {
    const shown = new Set(ranked.slice(0, most))
    return [...names, COST_COLUMN, ...all.filter((one) => shown.has(one)).map((one) => one[form])]
  }
  function* candidates(): Generator<Candidate<Line>> {
    const least = KEY_WIDTHS[Math.min(keys.length, KEY_WIDTHS.length) - 1] ?? 0
    // An exact id is there to be copied: columns go before it is broken.
    for (let most = ranked.length; isExact && most >= LEAST_BESIDE; most -= 1) yield { columns: beside(most, 'brief') }
    for (let most = ranked.length; most > 0; most -= 1) {
      for (const form of ['exact', 'brief'] as const) yield { columns: beside(most, form), least }
      if (keys.length > 1 && most < ENOUGH_BESIDE) yield { columns: beside(most, 'brief', slim), least }
    }
    for (const most of [1, 0]) yield { columns: beside(most, 'brief'), least: TIGHT_KEY_WIDTH }
  }
  return arrange(candidates(), lines, width)
}

function said(notes: readonly Note[], { width, paint }: TextOptions): string[] {
  return notes.flatMap(({ label, text, tone }) => {
    const [first = '', ...others] = wrap(`${label}: ${plain(text)}`, width, '  ')
    const style = tone ? toned(paint, tone) : paint.dim
    return [style(first.slice(0, label.length + 1)) + first.slice(label.length + 1), ...others]
  })
}

const LEAST_WIDTH = 12

/** For people: what was asked, the rows, and what it cost to ask. */
export function renderAnswer(view: AnswerView, options: TextOptions): string {
  const { report, summary } = view
  const { width, paint } = options
  const { accounts, regions, logGroup, window, rows, warnings } = report
  const span = `${minutes(window.start)} to ${minutes(window.end)} UTC`
  const where = [accountsText({ accounts: [...accounts] }).toLowerCase(), regions.join(', '), logGroup, span]
  const notes = [...scannedText(report), ...warnings.map(({ message }) => `- ${message}`)]
  const lines = [
    ...wrap(`${report.query}: ${summary}`, width).map((line) => paint.bold(line)),
    ...wrapParts(where.map(plain), width).map((line) => paint.dim(line)),
    '',
    ...(rows.length === 0
      ? ['No request in this window that this query is about.']
      : drawnTable({ columns: answerColumns(view, options), least: LEAST_WIDTH }, rows, options)),
    '',
    ...notes.flatMap((note) => wrap(plain(note), width, '  ')),
  ]
  // Where a text is wrapped, any part of it may come to begin a line.
  return withoutCommands(`${lines.join('\n')}\n`)
}

function answerColumns(view: AnswerView, { verbose = false }: TextOptions): Column<QueryRow>[] {
  const columns = shownColumns(view).filter(({ kind }) => kind !== 'floor')
  const single = columns.every(({ heading: [first] }) => first === '')
  return columns.map((column) => ({
    heading: single ? column.heading[1] : column.heading,
    ...(column.kind !== 'text' && column.kind !== 'time' && { align: 'right' }),
    ...(column.kind === 'text' && { fold: wrapId }),
    cell: cellText(column, view.report.rows, verbose),
  }))
}

function cellText({ name, kind }: QueryColumn, rows: readonly QueryRow[], verbose: boolean): (row: QueryRow) => string {
  const texts = kind === 'text' && !verbose ? [...new Set(rows.map((row) => plain(String(row[name] ?? ''))))] : []
  const names = shortNames(name, texts)
  const short = new Map(texts.map((text, index) => [text, names[index] ?? text]))
  return (row) => {
    const value = row[name] ?? null
    if (value === null || value === '') return UNKNOWN
    if (kind === 'time') return String(value).slice(0, 19).replace('T', ' ')
    if (typeof value !== 'number') return short.get(plain(String(value))) ?? plain(String(value))
    if (kind === 'usd') return row[FLOOR_COLUMN] === true ? atLeast(usd(value)) : usd(value)
    if (kind === 'ms') return duration(value)
    return kind === 'share' ? percent(value) : whole(value)
  }
}

/** `2026-11-23 10:00` */
function minutes(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

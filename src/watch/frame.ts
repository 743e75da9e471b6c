import { compare } from '../report/arrange.ts'
import type { Usage } from '../report/model.ts'
import { plain } from '../text/escape.ts'
import { floorText } from '../text/floor.ts'
import { modelLabels } from '../text/models.ts'
import { compact, compactUsd } from '../text/numbers.ts'
import type { Painter } from '../text/painter.ts'
import { sparkline } from '../text/sparkline.ts'
import { arrange, type Candidate, type Column, draw, type Fitted } from '../text/table.ts'
import { middleCut, wrap } from '../text/wrap.ts'
import type { Watched, WatchedModel, WatchView } from './view.ts'

export interface FrameOptions {
  columns: number
  rows?: number
  sort: Sort
  paused?: boolean
  keys?: boolean
  unicode: boolean
  paint: Painter
}

const TOTAL = 'Total'
const MOST_NOTES = 2

/** The view as lines, none wider than the terminal and no more than it has, numbers never cut. Pure. */
export function frame(view: WatchView, options: FrameOptions): string[] {
  const { rows = Number.POSITIVE_INFINITY, sort } = options
  const models = sorted(view.models, sort)
  const head = heading(view, options)
  const foot = footer(view, options)
  const room = Math.max(1, rows - head.length - 3)
  const below = foot.slice(0, Math.max(0, room - 1))
  const space = room - below.length
  const shown = models.length <= space ? models : models.slice(0, Math.max(0, space - 1))
  const hidden = models.length - shown.length
  // Never one: the line that tells of it would have room for it.
  const more = hidden > 0 ? [`${hidden} more models in the total`] : []
  const [first = '', second = '', ...lines] = table(view, shown, options)
  const total = lines.pop() ?? ''
  const all = [...head, first, second, ...lines, ...more.map((line) => cut(line, options)), total, ...below]
  return all.slice(0, rows).map((line) => (options.unicode ? line : line.replaceAll('–', '-')))
}

function heading(view: WatchView, options: FrameOptions): string[] {
  const { paint, paused, unicode } = options
  const dot = unicode ? ' · ' : ' - '
  const about = [
    'Amazon Bedrock',
    view.accounts.length > 1 ? `${view.accounts.length} accounts` : (view.accounts[0] ?? ''),
    view.regions.join(', '),
    `${clock(view.now)} UTC`,
  ].join(dot)
  const every = paused ? 'paused' : `every ${Math.round(view.intervalMs / 1_000)} s`
  const terms = `last 60 minutes, ${every}; watching costs about ${compactUsd(view.hourlyUsd)} an hour`
  return [
    ...text(about, options, paint.bold),
    ...text(terms, options, paint.dim),
    ...spendTexts(view).flatMap((line) => text(line, options, paint.yellow)),
    ...view.stale.flatMap((one) => text(staleText(one, view), options, paint.yellow)),
  ]
}

/** Where something lacks in what was spent, be it of one model: the table has no room for more than a mark. */
function spendTexts({ total: { usage } }: WatchView): string[] {
  const { costUsd, costIsFloor, costLacks: lacks, pricedShare } = usage
  if (!costIsFloor || costUsd === null) return []
  return [`spend: ${floorText(compactUsd(costUsd), { lacks, pricedShare })} (${FLOOR_MARK} means at least)`]
}

function staleText(
  { account, region, since, error }: WatchView['stale'][number],
  { accounts, regions }: WatchView,
): string {
  const what = since === undefined ? 'no numbers yet' : `as of ${clock(since)}`
  const where = [accounts.length > 1 && account, regions.length > 1 && region].filter(Boolean).join(' ')
  return `${where ? `${where}: ` : ''}${what}, trying again: ${error.message}`
}

function footer({ models, notes, stale }: WatchView, options: FrameOptions): string[] {
  const { keys, sort, paused, paint } = options
  const hint = keys ? [`q quit, s sort: ${sort}, p ${paused ? 'resume' : 'pause'}`] : []
  const nothing =
    models.length === 0 && stale.every(({ since }) => since !== undefined) ? ['no calls in the last 60 minutes'] : []
  const told = notes.slice(0, MOST_NOTES).map(({ message }) => message)
  const left = notes.length - told.length
  const more = left > 0 ? [`${left} more ${left === 1 ? 'note' : 'notes'}: bedrock-monitor report --hours 1`] : []
  return [...hint, ...nothing, ...told, ...more].flatMap((line) => text(line, options, paint.dim))
}

/** Words in lines of at most the terminal's width; a longer word is cut in its middle. */
function text(words: string, options: FrameOptions, style: (text: string) => string): string[] {
  return wrap(plain(words), options.columns).map((line) => style(cut(line, options)))
}

function table(view: WatchView, shown: readonly WatchedModel[], options: FrameOptions): string[] {
  const ids = shown.map(({ model }) => model)
  const lines = (room: number): WatchLine[] => {
    const labels = modelLabels(ids, room, ellipsisOf(options))
    const models = shown.map((model, index) => ({ ...model, label: labels[index] ?? '' }))
    return [...models, { ...view.total, account: '', region: '', label: TOTAL }]
  }
  const layout = layoutOf(lines(Number.POSITIVE_INFINITY), options, view)
  const room = layout.widths[layout.columns.findIndex(({ fold }) => fold)] ?? 0
  return draw(layout, lines(room), options.paint, { total: true, bare: true })
}

const ellipsisOf = ({ unicode }: FrameOptions) => (unicode ? '…' : '..')
const cut = (text: string, options: FrameOptions) => middleCut(text, options.columns, ellipsisOf(options))
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19)

/** Widths of the course of the hour, a bar for one, two, three, four or six minutes. A terminal that shows no bars has none. */
const TRENDS = [60, 30, 20, 15, 10] as const
/** A model's id is shortened to this before numbers have to go that are what the view is for. */
const LEAST_LABEL = 22
const NARROWEST_LABEL = 6

type WatchLine = Watched & { account: string; region: string; label: string }

/** What fits into a line: first the course of the hour gets narrower, then columns go, then ids get narrower. Pure. */
function layoutOf(
  lines: readonly WatchLine[],
  options: FrameOptions,
  { accounts, regions }: WatchView,
): Fitted<WatchLine> {
  const label: Column<WatchLine> = {
    heading: ['', 'Model'],
    cell: (line) => line.label,
    fold: (text, room) => [middleCut(text, room, ellipsisOf(options))],
  }
  const names = [...(accounts.length > 1 ? [ACCOUNT] : []), ...(regions.length > 1 ? [REGION] : []), label]
  const trends = options.unicode ? TRENDS.map(trendColumn) : []
  const without = (dropped: number) => {
    const gone = DROP_ORDER.slice(0, dropped)
    return [...names, ...COLUMNS.filter(({ name }) => !gone.includes(name))]
  }
  function* candidates(): Generator<Candidate<WatchLine>> {
    const all = without(0)
    for (const trend of trends) yield { columns: [...all, trend], gap: 2 }
    yield { columns: all, gap: 2 }
    for (const trend of trends) yield { columns: [...all, trend], gap: 2, least: LEAST_LABEL }
    for (let dropped = 0; dropped <= 3; dropped += 1) {
      for (const gap of [2, 1]) yield { columns: without(dropped), gap, least: LEAST_LABEL }
    }
    for (let dropped = 3; dropped <= DROP_ORDER.length; dropped += 1) {
      for (const least of [LEAST_LABEL, 14, NARROWEST_LABEL]) yield { columns: without(dropped), gap: 1, least }
    }
    yield { columns: names, gap: 1, least: 0 }
  }
  return arrange(candidates(), lines, options.columns)
}

const ACCOUNT: Column<WatchLine> = { heading: ['', 'Account'], cell: ({ account }) => account }
const REGION: Column<WatchLine> = { heading: ['', 'Region'], cell: ({ region }) => region }

function trendColumn(width: number): Column<WatchLine> {
  return {
    heading: ['calls,', width < 15 ? 'last hour' : 'last 60 minutes'],
    cell: ({ course }) => sparkline(course, width),
    tone: () => 'course',
  }
}

type WatchColumn = Column<Watched> & { name: string }

const seconds = (ms: number | null) => compact(ms === null ? null : ms / 1_000)
const aMinute = (count: number | null) => compact(count === null ? null : count / 60)

function column(name: string, top: string, bottom: string, cell: (of: Watched) => string): WatchColumn {
  return { name, heading: [top, bottom], align: 'right', cell }
}

function failures(name: string, top: string, bottom: string, of: (watched: Watched) => number | null): WatchColumn {
  return {
    ...column(name, top, bottom, (watched) => compact(of(watched))),
    tone: (watched) => ((of(watched) ?? 0) > 0 ? 'bad' : undefined),
  }
}

const COLUMNS: readonly WatchColumn[] = [
  column('calls', 'calls', '/min', ({ usage }) => aMinute(usage.invocations)),
  column('now', 'last', '5 min', ({ recent }) => compact(recent)),
  column('input', 'in', '/min', ({ usage }) => aMinute(usage.inputTokens)),
  column('output', 'out', '/min', ({ usage }) => aMinute(usage.outputTokens)),
  column('cached', 'cached', '/min', ({ usage }) => aMinute(total(usage.cacheReadTokens, usage.cacheWriteTokens))),
  column('spend', 'spend', '/hour', ({ usage }) => spend(usage)),
  column('average', 'avg', 's', ({ usage }) => seconds(usage.latencyMs.avg)),
  column('p99', 'p99', 's', ({ usage }) => seconds(usage.latencyMs.p99)),
  failures('client', 'client', 'errors', ({ usage }) => usage.clientErrors),
  failures('server', 'server', 'errors', ({ usage }) => usage.serverErrors),
  failures('throttles', 'throt-', 'tles', ({ usage }) => usage.throttles),
]

const DROP_ORDER: readonly string[] = 'cached now average output input p99 client server throttles calls'.split(' ')

/** A floor is marked, since there is no room for words: the heading has those of the total. */
const FLOOR_MARK = '+'

function spend({ costUsd, costIsFloor }: Usage): string {
  return `${compactUsd(costUsd)}${costIsFloor && costUsd !== null ? FLOOR_MARK : ''}`
}

function total(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

export const SORTS = ['spend', 'calls', 'tokens', 'p99', 'errors', 'model'] as const
export type Sort = (typeof SORTS)[number]

const VALUE: Record<Exclude<Sort, 'model'>, (of: Usage) => number> = {
  spend: ({ costUsd }) => costUsd ?? -1,
  calls: ({ invocations }) => invocations ?? -1,
  tokens: (of) => known(of.inputTokens, of.outputTokens, of.cacheReadTokens, of.cacheWriteTokens),
  p99: ({ latencyMs }) => latencyMs.p99 ?? -1,
  errors: ({ clientErrors, serverErrors, throttles }) => known(clientErrors, serverErrors, throttles),
}

function known(...values: (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

export function nextSort(sort: Sort): Sort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'spend'
}

/** Most first; models of equal rank, and by name, in the order of their ids. Pure. */
function sorted(models: readonly WatchedModel[], sort: Sort): WatchedModel[] {
  const byName = (a: WatchedModel, b: WatchedModel) => compare(a.model, b.model) || compare(a.region, b.region)
  if (sort === 'model') return [...models].sort(byName)
  const value = VALUE[sort]
  return [...models].sort((a, b) => value(b.usage) - value(a.usage) || byName(a, b))
}

import stringWidth from 'fast-string-width'
import type { Painter } from '../report/renderers/renderer.ts'
import { sparkline } from '../report/renderers/sparkline.ts'
import { middleCut, padEnd, padStart, plain, wrapWords } from '../report/renderers/text.ts'
import { compactUsd } from '../text/numbers.ts'
import type { Column } from './columns.ts'
import { modelLabels } from './labels.ts'
import { type Layout, layoutOf } from './layout.ts'
import { type Sort, sorted } from './sort.ts'
import type { Stale, Watched, WatchedModel, WatchView } from './view.ts'

export interface FrameOptions {
  columns: number
  /** Lines of the terminal; left out where there is no end to them. */
  rows?: number
  sort: Sort
  /** Set while nothing is asked for. */
  paused?: boolean
  /** What the keys do is told where there are keys. */
  keys?: boolean
  /** False where only ASCII can be trusted to be shown. */
  unicode: boolean
  paint: Painter
}

const TOTAL = 'Total'
/** Notes are told in so many lines at most. */
const MOST_NOTES = 2

/** The view as lines, none wider than the terminal and no more than it has, numbers never cut. Pure. */
export function frame(view: WatchView, options: FrameOptions): string[] {
  const { rows = Number.POSITIVE_INFINITY, sort } = options
  const models = sorted(view.models, sort)
  const head = heading(view, options)
  const foot = footer(view, options)
  // Two lines of headings and the total; where even these do not fit, the foot goes first.
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

/** What is watched, what of it is not of now, and what it costs. */
function heading(view: WatchView, options: FrameOptions): string[] {
  const { paint, paused, unicode } = options
  const dot = unicode ? ' · ' : ' - '
  const about = ['Amazon Bedrock', view.accountId, view.regions.join(', '), `${clock(view.now)} UTC`].join(dot)
  const every = paused ? 'paused' : `every ${Math.round(view.intervalMs / 1_000)} s`
  const terms = `last 60 minutes, ${every}; watching costs about ${compactUsd(view.hourlyUsd)} an hour`
  return [
    ...text(about, options, paint.bold),
    ...text(terms, options, paint.dim),
    ...view.stale.flatMap((one) => text(staleText(one, view.regions.length > 1), options, paint.yellow)),
  ]
}

function staleText({ region, since, error }: Stale, named: boolean): string {
  const what = since === undefined ? 'no numbers yet' : `numbers of ${clock(since)}`
  return `${named ? `${region}: ` : ''}${what}, trying again: ${error.message}`
}

function footer({ models, notes }: WatchView, options: FrameOptions): string[] {
  const { keys, sort, paused, paint } = options
  const hint = keys ? [`q quit  s sort: ${sort}  p ${paused ? 'go on' : 'pause'}`] : []
  const nothing = models.length === 0 ? ['nothing was called in the last 60 minutes'] : []
  const told = notes.slice(0, MOST_NOTES).map(({ message }) => message)
  const left = notes.length - told.length
  const more = left > 0 ? [`${left} more ${left === 1 ? 'note' : 'notes'}: bedrock-monitor report --hours 1`] : []
  return [...hint, ...nothing, ...told, ...more].flatMap((line) => text(line, options, paint.dim))
}

/** Words in lines of at most the terminal's width; a longer word is cut in its middle. */
function text(words: string, options: FrameOptions, style: (text: string) => string): string[] {
  return wrapWords(plain(words), options.columns).map((line) => style(cut(line, options)))
}

/** Two lines of headings, a line for each model, the total. */
function table(view: WatchView, shown: readonly WatchedModel[], options: FrameOptions): string[] {
  const { paint } = options
  const ellipsis = options.unicode ? '…' : '..'
  const regions = view.regions.length > 1 ? shown.map(({ region }) => region) : []
  const left = regions.length > 0 ? Math.max(6, ...regions.map((region) => stringWidth(region))) + 1 : 0
  const widest = Math.max(5, ...shown.map(({ model }) => stringWidth(plain(model))))
  // A terminal that shows no bars is given none.
  const width = options.columns
  const layout = withoutBars(layoutOf(width, [...shown, view.total], { model: widest, left }), options.unicode)
  const labels = modelLabels(
    shown.map(({ model }) => model),
    layout.labelWidth,
    ellipsis,
  )
  const line = (region: string, label: string, cells: readonly string[], trend: string) => {
    const name = padEnd(middleCut(label, layout.labelWidth, ellipsis), layout.labelWidth)
    const gap = ' '.repeat(layout.gap)
    const parts = [
      `${left > 0 ? padEnd(region, left) : ''}${name}`,
      ...cells,
      ...(layout.trendWidth > 0 ? [trend] : []),
    ]
    return parts.join(gap)
  }
  const titles = (index: 0 | 1) => layout.columns.map(({ column, width }) => padStart(column.heading[index], width))
  const cells = (of: Watched) => layout.columns.map(({ column, width }) => cell(column, of, width, paint))
  const trend = (of: Watched) => paint.cyan(sparkline(of.course, Math.max(1, layout.trendWidth)))
  return [
    paint.bold(line('', '', titles(0), 'calls,').trimEnd()),
    paint.bold(
      line(
        left > 0 ? 'Region' : '',
        'Model',
        titles(1),
        layout.trendWidth < 15 ? 'last hour' : 'last 60 minutes',
      ).trimEnd(),
    ),
    ...shown.map((model, index) => line(model.region, labels[index] ?? '', cells(model), trend(model))),
    paint.bold(line('', TOTAL, cells(view.total), trend(view.total))),
  ]
}

function withoutBars(layout: Layout, unicode: boolean): Layout {
  return unicode ? layout : { ...layout, trendWidth: 0 }
}

function cell(column: Column, of: Watched, width: number, paint: Painter): string {
  const text = padStart(column.cell(of), width)
  return column.alarming?.(of) ? paint.red(text) : text
}

/** Plain text within the width; what is coloured is laid out to fit. */
function cut(text: string, { columns, unicode }: FrameOptions): string {
  return middleCut(text, columns, unicode ? '…' : '..')
}

/** `21:45:07` in UTC. */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}

import { UNKNOWN } from '../../../text/numbers.ts'
import { sparkline } from '../../../text/sparkline.ts'
import { arrange, type Candidate, type Column, type Fitted } from '../../../text/table.ts'
import { costColumn, type Line, PRICED, pricedColumns, USAGE_COLUMNS, type UsageColumn } from '../lines.ts'

/** What goes when the terminal is narrow, first things first. */
const DROP_ORDER = [
  'first token p90',
  'first token max',
  'first token p50',
  'first token p99',
  'images',
  'latency p90',
  'latency max',
  'client errors',
  'server errors',
  'cache write',
  'first token avg',
  'latency p50',
  'throttles',
  'cache read',
  'latency p99',
  'latency avg',
  'error rate',
]
/** What goes after these where not even they made room enough. The cost always stays. */
const DROP_LAST = ['output tokens', 'input tokens', 'invocations']

/** Keys are wrapped to no less than this and an eighth of the line; alone, a model's has room for a Claude's name, date and version on one line. */
const LEAST_KEY_WIDTHS = [24, 16, 12] as const
/** What keys are wrapped to before numbers have to go that are what the report is for. */
const TIGHT_KEY_WIDTH = 8

/**
 * What fits into the width. First go the columns in which there is nothing to tell, then the trend gets
 * narrower, then columns go in their order, the trend among the last. Where not even the tokens fit, keys are wrapped
 * tightly, and then the tokens go, too. Numbers are never cut: keys and cost stay, even if they are too wide.
 *
 * @param slot what a step of the trend is
 */
export function fitToWidth(
  keys: readonly Column<Line>[],
  lines: readonly Line[],
  width: number,
  slot: string,
  change: readonly Column<Line>[] = [],
): Fitted<Line> & {
  /** The names of the columns that had something to tell and went. */
  leftOut: string[]
} {
  const cost = costColumn(lines)
  let priced = pricedColumns(lines)
  const [wide, narrow] = [trend(24, slot), trend(12, slot)]
  const beside = (columns: readonly Column<Line>[], least?: number): Candidate<Line> => ({
    columns: [...keys, ...columns, ...priced, cost, ...change],
    ...(least !== undefined && { least }),
  })
  const floor = LEAST_KEY_WIDTHS[Math.min(keys.length, LEAST_KEY_WIDTHS.length) - 1] ?? 0
  const wrapped = Math.max(floor, Math.floor(width / 8))
  const isEmpty = (column: UsageColumn) => lines.every(column.empty)

  function* candidates(): Generator<Candidate<Line>> {
    yield beside([...USAGE_COLUMNS, wide])
    let shown = USAGE_COLUMNS
    const without = (name: string) => {
      shown = shown.filter((column) => column.name !== name)
      return shown
    }
    for (const name of DROP_ORDER) {
      if (!shown.some((column) => column.name === name && isEmpty(column))) continue
      yield beside([...without(name), wide], wrapped)
    }
    yield beside([...shown, narrow], wrapped)
    for (const name of DROP_ORDER) yield beside([...without(name), narrow], wrapped)
    yield beside(shown, wrapped)
    yield beside(shown, TIGHT_KEY_WIDTH)
    priced = []
    yield beside(shown, TIGHT_KEY_WIDTH)
    for (const name of DROP_LAST) yield beside(without(name), TIGHT_KEY_WIDTH)
  }

  const fitted = arrange(candidates(), lines, width)
  const gone = USAGE_COLUMNS.filter((column) => !fitted.columns.includes(column) && !isEmpty(column))
  const hasTrend = fitted.columns.includes(wide) || fitted.columns.includes(narrow)
  const hasPriced = pricedColumns(lines).length === 0 || fitted.columns.some(({ heading }) => heading === PRICED)
  const others = [...(hasTrend ? [] : ['trend']), ...(hasPriced ? [] : ['priced'])]
  return { ...fitted, leftOut: [...gone.map(({ name }) => name), ...others] }
}

/** Invocations over the window, as bars. */
function trend(width: number, slot: string): Column<Line> {
  return {
    heading: ['', slot],
    cell: ({ usage, course }) => (usage.invocations === null ? UNKNOWN : sparkline(course, width)),
    tone: () => 'course',
  }
}

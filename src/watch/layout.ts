import { sparkline } from '../text/sparkline.ts'
import { arrange, type Candidate, type Column, type Fitted } from '../text/table.ts'
import { middleCut } from '../text/width.ts'
import { COLUMNS, DROP_ORDER } from './columns.ts'
import type { Watched } from './view.ts'

/** Widths of the course of the hour, a bar for one, two, three, four or six minutes. A terminal that shows no bars has none. */
const TRENDS = [60, 30, 20, 15, 10] as const
/** A model's id is shortened to this before numbers have to go that are what the view is for. */
const LEAST_LABEL = 22
/** And to this in the end. */
const NARROWEST_LABEL = 6

/** What the table has a row for: a model in its Region, or the total. */
export interface WatchLine extends Watched {
  account: string
  region: string
  label: string
}

/**
 * What fits into a line. First the course of the hour gets narrower, then columns go in their order, then what lies between
 * them and the models' ids get narrower, then more columns go. A number is never cut. Pure.
 */
export function layoutOf(
  lines: readonly WatchLine[],
  { columns: width, unicode }: { columns: number; unicode: boolean },
  has: { accounts: boolean; regions: boolean },
): Fitted<WatchLine> {
  const label: Column<WatchLine> = {
    heading: ['', 'Model'],
    cell: (line) => line.label,
    fold: (text, room) => [middleCut(text, room, unicode ? '…' : '..')],
  }
  const names = [...(has.accounts ? [ACCOUNT] : []), ...(has.regions ? [REGION] : []), label]
  const trends = unicode ? TRENDS.map(trendColumn) : []
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
  return arrange(candidates(), lines, width)
}

const ACCOUNT: Column<WatchLine> = { heading: ['', 'Account'], cell: ({ account }) => account }
const REGION: Column<WatchLine> = { heading: ['', 'Region'], cell: ({ region }) => region }

/** Invocations in each of the hour's minutes, the one under way last. */
function trendColumn(width: number): Column<WatchLine> {
  return {
    heading: ['calls,', width < 15 ? 'last hour' : 'last 60 minutes'],
    cell: ({ course }) => sparkline(course, width),
    tone: () => 'course',
  }
}

import { usageError } from '../../../core/errors.ts'
import type { RowKey } from '../../../report/arrange.ts'
import { COST_METRICS } from '../../../report/bill/line.ts'
import { parseRate, parseUsd } from '../../../report/gates.ts'
import type { Window } from '../../../report/model.ts'
import { RECONCILIATION_FORMATS } from '../../../report/reconcile/formats/index.ts'
import { moneyColumns } from '../../../report/reconcile/formats/words.ts'
import { CELL_KEYS, GROUP_KEYS, type Group } from '../../../report/reconcile/model.ts'
import { type AnySource, BILLS, ESTIMATES, parseSource, SOURCES, sourceWord } from '../../../report/sources/index.ts'
import { wholeDays } from '../../../report/window.ts'
import { resolveBilled } from '../../../report/window-parse.ts'
import { type Args, choice, type Flag, flag, valid } from '../../args/flag.ts'
import { formatOf, orderAsked, outputFlags, rowFlags, whereAsked } from '../../args/result-flags.ts'
import { ACCOUNT_FLAGS, flagLayer, NOTIFY_FLAGS, settingFlagsOf } from '../../args/shared-flags.ts'
import { orOf, REPORT_FLAGS, sourceValues } from '../report/flags.ts'
import { openAsked, windowFlags, withOption } from '../report/options.ts'

export type ReconcileOptions = ReturnType<typeof reconcileOptions>

const MONTH = /^(20\d{2})-(0[1-9]|1[0-2])$/
const USUAL_LENGTH = 30 * 86_400_000
/** The first is also called `name`: all that groups are told apart by. Of what is above and below, it is the size that matters. */
const KEYS: readonly RowKey<Group>[] = [
  { name: 'model', of: ({ key }) => Object.values(key).join(' ') },
  ...CELL_KEYS.slice(1).map((name): RowKey<Group> => ({ name, of: ({ key }) => key[name] ?? '' })),
  ...moneyColumns().map(({ name, field }): RowKey<Group> => {
    return { name, isFigure: true, of: (group) => Math.abs(group[field]) }
  }),
]
const COLUMNS = moneyColumns().map(({ name }) => name)

const fromReport = (...names: string[]): Flag[] =>
  names.flatMap((name) => REPORT_FLAGS.find((flag) => flag.name === name) ?? [])

function sourceFlag(name: string, describe: string, sources: readonly AnySource[]): Flag {
  const [first, ...others] = sources.map(sourceWord)
  return flag(`--${name} SOURCE`, `${describe}: ${[`${first} (default)`, ...others].join(', ')}`, {
    group: 'Data',
    ...sourceValues(sources),
  })
}

export const RECONCILE_FLAGS: readonly Flag[] = [
  flag('--month MONTH', 'a month of the bill, such as 2026-10 (default: the last 30 days that are whole on the bill)', {
    group: 'Window',
    ...valid(MONTH, 'a month such as 2026-10'),
  }),
  ...fromReport('last', 'since', 'until'),
  sourceFlag('source', 'what the estimate is made of', ESTIMATES),
  sourceFlag('bill', 'the bill', BILLS),
  flag('--by KEY', `group by ${orOf(GROUP_KEYS)} (default model)`, {
    list: true,
    group: 'Data',
    ...choice(...GROUP_KEYS),
  }),
  ...rowFlags(KEYS, COLUMNS, 'model=*claude*').map((each) => ({
    ...each,
    group: each.name === 'where' ? 'Data' : 'Output',
  })),
  ...fromReport('bucket-owner', 'cost', 'max-aws-cost', 'offline', 'no-cache'),
  ...ACCOUNT_FLAGS,
  ...outputFlags(RECONCILIATION_FORMATS),
  ...fromReport('open', 'verbose'),
  flag('--max-unexplained P', 'exit 3 if more than this share of the bill is unexplained: 0.02 or 2%', {
    group: 'Gate, checked after the result is written',
    ...valid(parseRate, 'a share from 0 to 1 or 0% to 100%'),
  }),
  ...NOTIFY_FLAGS,
  ...settingFlagsOf(SOURCES),
]

/** Puts the flags together. Throws usage errors for what contradicts itself. */
export function reconcileOptions(args: Args) {
  const [month, cost] = [args.text('month'), args.text('cost')]
  const span = windowFlags(args, 'UTC')
  if (month !== undefined && span) {
    throw usageError(`--month ${month} contradicts --last, --since and --until`, 'pass --month alone, or leave it out')
  }
  const source = parseSource(args.text('source') ?? ESTIMATES[0]?.name ?? '')
  const made = ESTIMATES.find(({ name }) => name === source.name)
  return {
    month,
    span,
    source,
    bill: parseSource(args.text('bill') ?? BILLS[0]?.name ?? ''),
    owner: args.text('bucket-owner'),
    cost: COST_METRICS.find((metric) => metric === cost),
    maxAwsCost: parseUsd(args.text('max-aws-cost') ?? ''),
    by: args.has('by') ? args.list('by') : ['model'],
    where: whereAsked(args, CELL_KEYS),
    pick: orderAsked(args, KEYS),
    layout: {
      columns: args.list('columns'),
      isPicked: args.has('top'),
      isGrouped: ['by', 'sort', 'top', 'columns'].some(args.has),
    },
    cache: !args.is('no-cache'),
    format: formatOf(args, RECONCILIATION_FORMATS, RECONCILIATION_FORMATS[0]),
    open: openAsked(args),
    maxUnexplained: parseRate(args.text('max-unexplained') ?? ''),
    settings: made ? withOption(flagLayer(args), made) : flagLayer(args),
  }
}

export function windowOf({ month, span }: Pick<ReconcileOptions, 'month' | 'span'>, now: number): Window {
  if (month === undefined) return resolveBilled(span ?? { length: USUAL_LENGTH, timeZone: 'UTC' }, now)
  const [, year = '', of = ''] = MONTH.exec(month) ?? []
  const start = Date.UTC(Number(year), Number(of) - 1)
  if (start >= now) throw usageError(`--month ${month} is in the future`, 'pass an earlier month')
  return wholeDays({ start, end: Math.min(Date.UTC(Number(year), Number(of)), now) })
}

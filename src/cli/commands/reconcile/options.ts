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
import { SETTINGS } from '../../../steps/settings.ts'
import { ACCOUNT_FLAGS } from '../../args/account-flags.ts'
import type { Args } from '../../args/args.ts'
import { choice, type Flag } from '../../args/flag.ts'
import { NOTIFY_FLAGS, notifyOf } from '../../args/notify-flags.ts'
import { formatOf, outputFlags } from '../../args/output-format.ts'
import { orderAsked, rowFlags, whereAsked } from '../../args/row-flags.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { REPORT_FLAGS } from '../report/flags.ts'
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
const OF_SOURCES = new Set<string>(SOURCES.flatMap(({ settings }) => settings))

/** Those of the report, by name, in the order in which they are wanted. */
const fromReport = (...names: string[]): Flag[] =>
  names.flatMap((name) => REPORT_FLAGS.find((flag) => flag.name === name) ?? [])

function sourceFlag(name: string, describe: string, sources: readonly AnySource[]): Flag {
  const words = sources.map((source) => sourceWord(source))
  const takes = (value: string) =>
    sources.some((source) =>
      'path' in source
        ? value.startsWith(`${source.name}:`) && value.length > source.name.length + 1
        : value === source.name,
    )
  return {
    name,
    value: 'SOURCE',
    describe: `${describe}: ${[`${words[0]} (default)`, ...words.slice(1)].join(', ')}`,
    group: 'Data',
    values: sources.map((source) => ('path' in source ? `${source.name}:` : source.name)),
    check: (value) => (takes(value) ? undefined : `one of ${words.join(', ')}`),
  }
}

export const RECONCILE_FLAGS: readonly Flag[] = [
  {
    name: 'month',
    value: 'MONTH',
    describe: 'a month of the bill, such as 2026-10 (default: the last 30 days that are whole on the bill)',
    group: 'Window',
    check: (value) => (MONTH.test(value) ? undefined : 'a month such as 2026-10'),
  },
  ...fromReport('last', 'since', 'until'),
  sourceFlag('source', 'what the estimate is made of', ESTIMATES),
  sourceFlag('bill', 'the bill', BILLS),
  {
    name: 'by',
    value: 'KEY',
    list: true,
    describe: `group by ${GROUP_KEYS.slice(0, -1).join(', ')} or ${GROUP_KEYS.at(-1)} (default model)`,
    group: 'Data',
    ...choice(...GROUP_KEYS),
  },
  ...rowFlags(KEYS, COLUMNS, 'model=*claude*').map((flag) => ({
    ...flag,
    group: flag.name === 'where' ? 'Data' : 'Output',
  })),
  ...fromReport('bucket-owner', 'cost', 'max-aws-cost', 'offline', 'no-cache'),
  ...ACCOUNT_FLAGS,
  ...outputFlags(RECONCILIATION_FORMATS),
  ...fromReport('open', 'verbose'),
  {
    name: 'max-unexplained',
    value: 'P',
    describe: 'exit 3 if more than this share of the bill is unexplained: 0.02 or 2%',
    group: 'Gate, checked after the result is written',
    check: (value) => (parseRate(value) === undefined ? 'a share from 0 to 1 or 0% to 100%' : undefined),
  },
  ...NOTIFY_FLAGS,
  ...SETTING_FLAGS.filter((_, index) => OF_SOURCES.has(SETTINGS[index]?.key ?? '')),
]

/** Puts the flags together. Throws usage errors for what contradicts itself. */
export function reconcileOptions(args: Args) {
  const [month, output] = [args.text('month'), args.text('output')]
  const span = windowFlags(args, 'UTC')
  if (month !== undefined && span) {
    throw usageError(`--month ${month} contradicts --last, --since and --until`, 'pass --month alone, or leave it out')
  }
  const source = parseSource(args.text('source') ?? ESTIMATES[0]?.name ?? '')
  const made = ESTIMATES.find(({ name }) => name === source.name)
  const [most, unexplained, cost] = [args.text('max-aws-cost'), args.text('max-unexplained'), args.text('cost')]
  return {
    /** `2026-10`; before all other flags of time. */
    month,
    span,
    source,
    bill: parseSource(args.text('bill') ?? BILLS[0]?.name ?? ''),
    /** The account that a bucket with the bill belongs to. */
    owner: args.text('bucket-owner'),
    cost: COST_METRICS.find((metric) => metric === cost),
    maxAwsCost: most === undefined ? undefined : parseUsd(most),
    by: args.list('by').length > 0 ? args.list('by') : ['model'],
    where: whereAsked(args, CELL_KEYS),
    pick: orderAsked(args, KEYS),
    layout: {
      columns: args.list('columns'),
      isPicked: args.text('top') !== undefined,
      isGrouped: ['by', 'sort', 'top', 'columns'].some(
        (flag) => args.text(flag) !== undefined || args.list(flag).length > 0,
      ),
    },
    offline: args.is('offline'),
    cache: !args.is('no-cache'),
    format: formatOf(args, RECONCILIATION_FORMATS, RECONCILIATION_FORMATS[0]),
    output,
    verbose: args.is('verbose'),
    open: openAsked(args),
    maxUnexplained: unexplained === undefined ? undefined : parseRate(unexplained),
    notify: notifyOf(args),
    settings: made ? withOption(flagLayer(args), made) : flagLayer(args),
  }
}

/** Whole days of UTC. Throws a usage error for a month that has not come. */
export function windowOf({ month, span }: Pick<ReconcileOptions, 'month' | 'span'>, now: number): Window {
  if (month === undefined) return resolveBilled(span ?? { length: USUAL_LENGTH, timeZone: 'UTC' }, now)
  const [, year = '', of = ''] = MONTH.exec(month) ?? []
  const start = Date.UTC(Number(year), Number(of) - 1)
  if (start >= now) throw usageError(`--month ${month} has not come yet`, 'pass an earlier month')
  return wholeDays({ start, end: Math.min(Date.UTC(Number(year), Number(of)), now) })
}

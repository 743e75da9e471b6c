import { COST_METRICS } from '../../../report/bill/line.ts'
import { FORMATS } from '../../../report/formats/index.ts'
import { parseRate, parseUsd } from '../../../report/gates.ts'
import { isTimeGrouping } from '../../../report/grouping.ts'
import { USUAL_MOST } from '../../../report/sources/bill/budget.ts'
import { GROUPING_WORDS, GROUPINGS, isGrouping, SOURCES, sourceWord } from '../../../report/sources/index.ts'
import type { Source } from '../../../report/sources/source.ts'
import { isCompare, parseLast, parseTime } from '../../../report/window-parse.ts'
import { isTimeZone } from '../../../report/window-zone.ts'
import { bucketName } from '../../../steps/setting-checks.ts'
import { SETTINGS } from '../../../steps/settings.ts'
import { ACCOUNT_FLAGS, NO_LINKED } from '../../args/account-flags.ts'
import { type Flag, OFFLINE_FLAG, under, VERBOSE_FLAG, wholeNumber } from '../../args/flag.ts'
import { NOTIFY_FLAGS } from '../../args/notify-flags.ts'
import { LIST_FLAGS, outputFlags } from '../../args/output-format.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'

/** `of athena or bill`, `with --source s3` */
const LIMITED = SOURCES.flatMap((source: Source<never>) => (source.takesLimit ? [source.name] : [])).join(' or ')
const WITH_BUCKET = SOURCES.flatMap(({ name, takesBucket }) => (takesBucket ? [`--source ${name}`] : [])).join(' or ')
/** A year: CloudWatch keeps hourly points for 455 days. */
const MOST_HOURS = 8_760
/** The settings that say where the sources' data are. */
const OF_SOURCES = new Set<string>(SOURCES.flatMap(({ settings }) => settings))
const WORDS = SOURCES.map(sourceWord)

const time = check(
  (value) => parseTime(value, 'UTC'),
  'a date or time such as 2026-11-23, 2026-11 or 2026-11-23T10:00Z',
)

export const REPORT_FLAGS: readonly Flag[] = [
  ...under('Window', [
    {
      name: 'hours',
      value: 'N',
      describe: `the last N hours, 1 to ${MOST_HOURS} (default 24)`,
      check: wholeNumber(1, MOST_HOURS),
    },
    {
      name: 'last',
      value: 'LENGTH',
      describe: 'the last hours, days, weeks or years: 36h, 7d, 4w, 1y',
      check: check(parseLast, 'a length such as 36h, 7d, 4w or 1y, up to 10y'),
    },
    {
      name: 'since',
      value: 'TIME',
      describe: 'start of the window: a date, month or time',
      check: time,
    },
    {
      name: 'until',
      value: 'TIME',
      describe: 'end of the window: a date or month (included) or time',
      check: time,
    },
  ]),
  {
    name: 'timezone',
    value: 'ZONE',
    describe: 'time zone of days, such as Europe/Berlin (default UTC)',
    group: 'Window',
    // Asked for when they are completed, or one is mistyped: that takes milliseconds.
    get values() {
      return ['UTC', ...Intl.supportedValuesOf('timeZone')]
    },
    check: check((value) => isTimeZone(value) || undefined, 'a time zone such as UTC or Europe/Berlin'),
  },
  {
    name: 'source',
    value: 'SOURCE',
    describe: `${sourceWords()}; ${SOURCES.flatMap(({ name, path }) => (path ? `${name}:PATH is ${path}` : [])).join('; ')}`,
    group: 'Data',
    values: SOURCES.map(({ name, path }) => (path ? `${name}:` : name)),
    check: (value) => (isSource(value) ? undefined : `one of ${WORDS.join(', ')}`),
  },
  {
    name: 'by',
    value: 'KEY',
    list: true,
    describe: `group by ${GROUPING_WORDS.slice(0, -1).join(', ')} or ${GROUPING_WORDS.at(-1)} (default model)`,
    group: 'Data',
    values: GROUPINGS,
    check: (value) => (isGrouping(value) ? undefined : `one of ${GROUPING_WORDS.join(', ')}`),
  },
  {
    name: 'where',
    value: 'KEY=GLOB',
    list: true,
    describe:
      'only what matches, such as model=*claude*: * is anything, ? one character; separate patterns with commas',
    group: 'What to read',
  },
  {
    name: 'teams',
    value: 'FILE',
    describe: 'CSV file of team rules, instead of the settings file',
    group: 'Data',
  },
  {
    name: 'split-by',
    value: 'KEY',
    describe: 'a file for each team, or other KEY, into -o DIR',
    group: 'Output',
    values: GROUPINGS.filter((name) => !isTimeGrouping(name)),
    check: (value) =>
      isGrouping(value) && !isTimeGrouping(value)
        ? undefined
        : `one of ${GROUPING_WORDS.filter((word) => !isTimeGrouping(word)).join(', ')}`,
  },
  {
    name: 'compare',
    value: 'WINDOW',
    describe: 'show the change since previous, 7d, 2026-10 or FROM..TO',
    group: 'What to read',
    values: ['previous'],
    check: check((value) => isCompare(value) || undefined, 'previous, 7d, 2026-10 or 2026-10-01..2026-10-31'),
  },
  ...under('Data', [
    { name: 'forecast', describe: 'forecast the month from the last six weeks' },
    { name: 'anomalies', describe: 'also show unusually costly hours, and why' },
    {
      name: 'bucket',
      value: 'NAME',
      describe: `with ${WITH_BUCKET}: read this bucket, into which several accounts log`,
      check: (value) => bucketName(value),
    },
    {
      name: 'bucket-owner',
      value: 'ID',
      describe: 'account that owns the bucket (default: your own)',
      check: isAccount,
    },
    {
      name: 'account',
      value: 'ID',
      list: true,
      describe: 'with --bucket: only the logs of these accounts',
      check: isAccount,
    },
    {
      name: 'cost',
      value: 'METRIC',
      describe: `of a bill: ${COST_METRICS.join(', ')}`,
      values: [...COST_METRICS],
      check: (value) =>
        COST_METRICS.some((metric) => metric === value) ? undefined : `one of ${COST_METRICS.join(', ')}`,
    },
    {
      name: 'max-aws-cost',
      value: 'USD',
      describe: `of ${LIMITED}: pay at most so much to ask (default ${USUAL_MOST.toFixed(2)})`,
      check: check(parseUsd, 'a sum of US dollars such as 0.10 or 1'),
    },
    { name: 'quotas', describe: 'also show how close each model came to its quotas' },
    OFFLINE_FLAG,
    { name: 'no-cache', describe: 'read all of the log, and keep nothing of it for the next report' },
  ]),
  ...ACCOUNT_FLAGS,
  NO_LINKED,
  ...LIST_FLAGS,
  ...outputFlags(FORMATS),
  { name: 'open', describe: 'open the file that --output names, in a terminal', group: 'Output' },
  VERBOSE_FLAG,
  ...under('Gates, checked after the report is written', [
    {
      name: 'fail-over-usd',
      value: 'N',
      describe: 'exit 3 if the cost is over N dollars, or is not fully known',
      check: check(parseUsd, 'a sum of US dollars such as 100 or 0.25'),
    },
    { name: 'allow-unpriced', describe: 'with --fail-over-usd: ignore usage without a price' },
    {
      name: 'max-error-rate',
      value: 'P',
      describe: 'exit 3 if more than this share of calls failed: 0.05 or 5%',
      check: check(parseRate, 'a rate from 0 to 1 or 0% to 100%'),
    },
    {
      name: 'fail-on-anomaly',
      value: 'USD',
      describe: 'exit 3 if an anomaly cost USD more than expected',
      check: check(parseUsd, 'a sum of US dollars such as 100 or 0.25'),
    },
  ]),
  ...NOTIFY_FLAGS,
  ...SETTING_FLAGS.filter((_, index) => OF_SOURCES.has(SETTINGS[index]?.key ?? '')),
]

function isAccount(value: string): string | undefined {
  return /^\d{12}$/.test(value) ? undefined : '12 digits'
}

/** `metrics (default), logs, s3 or file:PATH` */
function sourceWords(): string {
  const [first, ...others] = WORDS
  return `${[`${first} (default)`, ...others.slice(0, -1)].join(', ')} or ${others.at(-1)}`
}

function isSource(value: string): boolean {
  return SOURCES.some(({ name, path }) =>
    path === undefined ? value === name : value.startsWith(`${name}:`) && value.length > name.length + 1,
  )
}

function check(parse: (value: string) => unknown, valid: string): (value: string) => string | undefined {
  return (value) => (parse(value) === undefined ? valid : undefined)
}

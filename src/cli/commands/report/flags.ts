import { COST_METRICS } from '../../../report/bill/line.ts'
import { FORMATS } from '../../../report/formats/index.ts'
import { parseRate, parseUsd } from '../../../report/gates.ts'
import { isTimeGrouping } from '../../../report/grouping.ts'
import { USUAL_MOST } from '../../../report/sources/bill/budget.ts'
import { GROUPING_WORDS, GROUPINGS, isGrouping, SOURCES, sourceWord } from '../../../report/sources/index.ts'
import type { Source } from '../../../report/sources/source.ts'
import { isTimeZone } from '../../../report/window.ts'
import { isCompare, parseLast, parseTime } from '../../../report/window-parse.ts'
import { bucketName } from '../../../steps/setting-checks.ts'
import { ACCOUNT_ID, choice, type Flag, flag, under, valid, wholeNumber } from '../../args/flag.ts'
import { LIST_FLAGS, outputFlags } from '../../args/result-flags.ts'
import {
  ACCOUNT_FLAGS,
  NO_LINKED,
  NOTIFY_FLAGS,
  OFFLINE_FLAG,
  settingFlagsOf,
  VERBOSE_FLAG,
} from '../../args/shared-flags.ts'

const LIMITED = SOURCES.flatMap((source: Source<never>) => (source.takesLimit ? [source.name] : [])).join(' or ')
const WITH_BUCKET = SOURCES.flatMap(({ name, takesBucket }) => (takesBucket ? [`--source ${name}`] : [])).join(' or ')
const MOST_HOURS = 8_760

const TIME = valid(
  (value) => parseTime(value, 'UTC'),
  'a date or time such as 2026-11-23, 2026-11 or 2026-11-23T10:00Z',
)
const SUM = valid(parseUsd, 'an amount of US dollars such as 100 or 0.25')

export const orOf = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Takes the name of one of some sources, with what stands behind its name. */
export function sourceValues(sources: readonly Pick<Source<never>, 'name' | 'path'>[]): Pick<Flag, 'values' | 'check'> {
  const takes = (value: string) =>
    sources.some(({ name, path }) =>
      path === undefined ? value === name : value.startsWith(`${name}:`) && value.length > name.length + 1,
    )
  return {
    values: sources.map(({ name, path }) => (path ? `${name}:` : name)),
    ...valid(takes, `one of ${sources.map(sourceWord).join(', ')}`),
  }
}

const sourceFlag = () => {
  const [first, ...others] = SOURCES.map(sourceWord)
  const paths = SOURCES.flatMap(({ name, path }) => (path ? `${name}:PATH is ${path}` : []))
  const describe = `${orOf([`${first} (default)`, ...others])}; ${paths.join('; ')}`
  return flag('--source SOURCE', describe, { group: 'Data', ...sourceValues(SOURCES) })
}

const isParted = (word: string) => !isTimeGrouping(word)

export const REPORT_FLAGS: readonly Flag[] = [
  ...under('Window', [
    flag('--hours N', `the last N hours, 1 to ${MOST_HOURS} (default 24)`, wholeNumber(1, MOST_HOURS)),
    flag(
      '--last LENGTH',
      'the last hours, days, weeks or years: 36h, 7d, 4w, 1y',
      valid(parseLast, 'a length such as 36h, 7d, 4w or 1y, up to 10y'),
    ),
    flag('--since TIME', 'start of the window: a date, month or time', TIME),
    flag('--until TIME', 'end of the window: a date or month (included) or time', TIME),
  ]),
  {
    ...flag('--timezone ZONE', 'time zone of days, such as Europe/Berlin (default UTC)', { group: 'Window' }),
    // Asked for when they are completed, or one is mistyped: that takes milliseconds.
    get values() {
      return ['UTC', ...Intl.supportedValuesOf('timeZone')]
    },
    ...valid(isTimeZone, 'a time zone such as UTC or Europe/Berlin'),
  },
  sourceFlag(),
  flag('--by KEY', `group by ${orOf(GROUPING_WORDS)} (default model)`, {
    list: true,
    group: 'Data',
    values: GROUPINGS,
    ...valid(isGrouping, `one of ${GROUPING_WORDS.join(', ')}`),
  }),
  flag(
    '--where KEY=GLOB',
    'only what matches, such as model=*claude*: * is anything, ? one character; separate patterns with commas',
    { list: true, group: 'What to read' },
  ),
  flag('--teams FILE', 'CSV file of team rules, instead of those in the configuration file', { group: 'Data' }),
  flag('--split-by KEY', 'a file for each team, or other KEY, into -o DIR', {
    group: 'Output',
    values: GROUPINGS.filter(isParted),
    ...valid((value) => isGrouping(value) && isParted(value), `one of ${GROUPING_WORDS.filter(isParted).join(', ')}`),
  }),
  flag('--compare WINDOW', 'show the change since previous, 7d, 2026-10 or FROM..TO', {
    group: 'What to read',
    values: ['previous'],
    ...valid(isCompare, 'previous, 7d, 2026-10 or 2026-10-01..2026-10-31'),
  }),
  ...under('Data', [
    flag('--forecast', 'forecast the month from the last six weeks'),
    flag('--anomalies', 'also show unusually costly hours, and why'),
    flag('--bucket NAME', `with ${WITH_BUCKET}: read this bucket, into which several accounts log`, {
      check: (value) => bucketName(value),
    }),
    flag('--bucket-owner ID', 'account that owns the bucket (default: your own)', ACCOUNT_ID),
    flag('--account ID', 'with --bucket: only the logs of these accounts', { list: true, ...ACCOUNT_ID }),
    flag('--cost METRIC', `with a bill: ${COST_METRICS.join(', ')}`, choice(...COST_METRICS)),
    flag(
      '--max-aws-cost USD',
      `of ${LIMITED}: the most that AWS may charge for it (default ${USUAL_MOST.toFixed(2)})`,
      valid(parseUsd, 'an amount of US dollars such as 0.10 or 1'),
    ),
    flag('--quotas', 'also show how close each model came to its quotas'),
    OFFLINE_FLAG,
    flag('--no-cache', 'read all of the log, and keep nothing of it for the next report'),
  ]),
  ...ACCOUNT_FLAGS,
  NO_LINKED,
  ...LIST_FLAGS,
  ...outputFlags(FORMATS),
  flag('--open', 'open the file that --output names, in a terminal', { group: 'Output' }),
  VERBOSE_FLAG,
  ...under('Gates, checked after the report is written', [
    flag('--fail-over-usd N', 'exit 3 if the cost is over N dollars, or is not fully known', SUM),
    flag('--allow-unpriced', 'with --fail-over-usd: ignore usage without a price'),
    flag(
      '--max-error-rate P',
      'exit 3 if more than this share of calls failed: 0.05 or 5%',
      valid(parseRate, 'a rate from 0 to 1 or 0% to 100%'),
    ),
    flag('--fail-on-anomaly USD', 'exit 3 if an anomaly cost USD more than expected', SUM),
  ]),
  ...NOTIFY_FLAGS,
  ...settingFlagsOf(SOURCES),
]

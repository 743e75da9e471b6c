import { EXIT_CODE } from '../../../core/errors.ts'
import { groupsBy, NAMED_AFTER } from '../../../report/grouping.ts'
import { findSource, SOURCES } from '../../../report/sources/index.ts'
import { dimensionsOfRules } from '../../../report/teams/match.ts'
import { noTeams, type TeamRule } from '../../../report/teams/rules.ts'
import { printError } from '../../../ui/error.ts'
import { choice } from '../../args/flag.ts'
import { printJson } from '../../session/app.ts'
import { teamsFor } from '../../session/config-file.ts'
import { command } from '../command.ts'
import { REPORT_FLAGS } from '../report/flags.ts'
import { reportOptions } from '../report/options.ts'

/** What `report` takes besides groups, order and output. */
const NOT_TAKEN = [
  ...['by', 'split-by', 'compare', 'quotas', 'forecast', 'anomalies', 'sort', 'columns'],
  ...['format', 'output', 'open', 'verbose', 'notify', 'notify-when'],
]
/** Versions of formats. */
const OF_FORMATS = /-version$/
const NOT_TAKEN_GROUPS = ['Gates, checked after the report is written']
/** Who a caller is, where the source can tell. */
const CALLER = ['account', 'role', 'user']
const MOST_CALLERS = 20
/** What flags of `report` mean here, by their names. */
const OWN_WORDS = new Map([
  ['top', `show the first N callers (default ${MOST_CALLERS})`],
  ['source', 'one that report takes (default: the first that knows the keys of the rules)'],
])

export const teamsCommand = command({
  examples: [
    { says: 'who fits which rule, what fits none, and rules that fit nobody', run: 'bedrock-monitor teams check' },
    {
      says: 'before the rules are in use',
      run: 'bedrock-monitor teams check --teams teams.csv --source logs --last 30d',
    },
    { says: 'as JSON', run: 'bedrock-monitor teams check --json' },
  ],
  argument: {
    shown: '[check]',
    describe: 'check the rules against what was used (default)',
    most: 1,
    ...choice('check'),
  },
  flags: REPORT_FLAGS.filter(
    ({ name, group = '' }) => !NOT_TAKEN.includes(name) && !OF_FORMATS.test(name) && !NOT_TAKEN_GROUPS.includes(group),
  ).map((flag) => ({ ...flag, describe: OWN_WORDS.get(flag.name) ?? flag.describe })),
  parse: (args) => ({ ...reportOptions(args, true), isUsual: args.text('source') === undefined }),
  async run(app, options) {
    const { runReport } = await import('../report/run-report.ts')
    const { checkTeams } = await import('../../../report/teams/check.ts')
    const teams = await teamsFor(app, options.teamsFile)
    if (!teams) throw noTeams()
    const source = options.isUsual
      ? sourceFor([...keysOf(teams.rules), ...Object.keys(options.where ?? {})])
      : options.source
    const by = groupingsFor(teams.rules, source)
    const outcome = await runReport(app, { ...options, source, by, teams, top: undefined })
    const check = checkTeams(teams.rules, outcome.report)
    app.reporter.pause()
    const { window, warnings } = outcome.report
    if (app.common.json) {
      const told = { file: teams.source, source, window, ...check, warnings }
      printJson(app, { schemaVersion: 1, command: 'teams', ok: outcome.error === undefined, ...told })
    } else {
      const { printCheck } = await import('./table.ts')
      const { top: most = MOST_CALLERS } = options
      printCheck(app.io.stdout, check, { file: teams.source, report: outcome.report, most })
    }
    if (!outcome.error) return 0
    printError(app.io.stderr, outcome.error, { debug: app.common.debug })
    return EXIT_CODE[outcome.error.kind]
  },
})

/** Of those that cost next to nothing to ask. */
function sourceFor(keys: readonly string[]): string {
  const found = SOURCES.filter(({ isAtHand, isBill }) => !isAtHand && !isBill).find(({ groupings }) =>
    keys.every((key) => groupsBy([...groupings, ...NAMED_AFTER], key)),
  )
  return (found ?? SOURCES[0]).name
}

/** All that rules are by, and who calls. */
function groupingsFor(rules: readonly TeamRule[], source: string): string[] {
  const { groupings } = findSource(source)
  const tells = (name: string) => groupsBy(groupings, name)
  const tags = keysOf(rules).filter((key) => groupsBy(NAMED_AFTER, key))
  const callers = tags.length > 0 || keysOf(rules).includes('profile') ? [...CALLER, 'profile'] : CALLER
  return [...new Set([...callers.filter(tells), ...dimensionsOfRules(rules, tells), ...tags])]
}

const keysOf = (rules: readonly TeamRule[]) => rules.flatMap(({ where }) => Object.keys(where))

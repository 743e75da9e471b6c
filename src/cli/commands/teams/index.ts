import { groupsBy, NAMED_AFTER } from '../../../report/grouping.ts'
import { findSource, SOURCES } from '../../../report/sources/index.ts'
import { dimensionsOfRules, noTeams, type TeamRule } from '../../../report/teams/rules.ts'
import { printErrors } from '../../../ui/error.ts'
import { choice } from '../../args/flag.ts'
import { define, printJson } from '../../command.ts'
import { teamsFor } from '../../session/config-file.ts'
import { REPORT_FLAGS } from '../report/flags.ts'
import { reportOptions } from '../report/options.ts'

const NOT_TAKEN = [
  ...['by', 'split-by', 'compare', 'quotas', 'forecast', 'anomalies', 'sort', 'columns'],
  ...['format', 'output', 'open', 'verbose', 'notify', 'notify-when'],
]
const isTaken = ({ name, group = '' }: (typeof REPORT_FLAGS)[number]) =>
  !NOT_TAKEN.includes(name) && !/-version$/.test(name) && !/^Gates/.test(group)
const CALLER = ['account', 'role', 'user']
const MOST_CALLERS = 20
const OWN_WORDS = new Map([
  ['top', `show the first N callers (default ${MOST_CALLERS})`],
  ['source', 'one that report takes (default: the first that knows the keys of the rules)'],
])

export const command = define({
  examples: [
    ['who fits which rule, what fits none, and rules that fit nobody', 'teams check'],
    ['before the rules are in use', 'teams check --teams teams.csv --source logs --last 30d'],
    ['as JSON', 'teams check --json'],
  ],
  argument: {
    shown: '[check]',
    describe: 'check the rules against what was used (default)',
    most: 1,
    ...choice('check'),
  },
  flags: REPORT_FLAGS.filter(isTaken).map((each) => ({ ...each, describe: OWN_WORDS.get(each.name) ?? each.describe })),
  parse: (args) => ({ ...reportOptions(args, true), isUsual: !args.has('source') }),
  async run(app, { isUsual, top: most = MOST_CALLERS, ...options }) {
    const { runReport } = await import('../report/run-report.ts')
    const { checkTeams } = await import('../../../report/teams/check.ts')
    const teams = await teamsFor(app, options.teamsFile)
    if (!teams) throw noTeams()
    const keys = [...keysOf(teams.rules), ...Object.keys(options.where ?? {})]
    const source = isUsual ? sourceFor(keys) : options.source
    const by = groupingsFor(teams.rules, source)
    const { report, error } = await runReport(app, { ...options, source, by, teams, top: undefined })
    const check = checkTeams(teams.rules, report)
    const { window, warnings } = report
    const told = { file: teams.source, source, window, ...check, warnings }
    if (app.common.json) printJson(app, { schemaVersion: 1, command: 'teams', ok: error === undefined, ...told })
    else (await import('./table.ts')).printCheck(app.io.stdout, check, { file: teams.source, report, most })
    return printErrors(app.io.stderr, [error], app.common)
  },
})

function sourceFor(keys: readonly string[]): string {
  const found = SOURCES.filter(({ isAtHand, isBill }) => !isAtHand && !isBill).find(({ groupings }) =>
    keys.every((key) => groupsBy([...groupings, ...NAMED_AFTER], key)),
  )
  return (found ?? SOURCES[0]).name
}

function groupingsFor(rules: readonly TeamRule[], source: string): string[] {
  const { groupings } = findSource(source)
  const tells = (name: string) => groupsBy(groupings, name)
  const tags = keysOf(rules).filter((key) => groupsBy(NAMED_AFTER, key))
  const callers = tags.length > 0 || keysOf(rules).includes('profile') ? [...CALLER, 'profile'] : CALLER
  return [...new Set([...callers.filter(tells), ...dimensionsOfRules(rules, tells), ...tags])]
}

const keysOf = (rules: readonly TeamRule[]) => rules.flatMap(({ where }) => Object.keys(where))

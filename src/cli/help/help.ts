import type { AppError } from '../../core/errors.ts'
import { widest, wrap, wrapParts, wrapTerms } from '../../text/wrap.ts'
import type { Output } from '../../ui/output.ts'
import { COMMON_FLAGS, type Flag } from '../args/flag.ts'
import type { Command, CommandHead, Example } from '../command.ts'

/** What each exit code means, for `--help`. The codes themselves are `EXIT_CODE` in the core. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage or configuration'],
  [3, 'a gate or check failed'],
  [4, 'no or bad credentials'],
  [5, 'partly done'],
  [130, 'interrupted'],
]

const MOST_COLUMNS = 100

const MOST_NAMED = 4

const SHARED = ['region', 'profile', 'config', 'json', 'quiet', 'debug']

/** In which order the main help shows the first examples: as a newcomer meets the commands. */
const FIRST = ['demo', 'report', 'setup', 'doctor', 'cleanup']

/** Help of the whole program: what one can do with it first, as examples. */
export function mainHelp(out: Output, commands: readonly CommandHead[]): string {
  const examples = FIRST.map((name) => commands.find((command) => command.name === name)?.first)
  const groups = [...new Set(commands.map(({ group = 'Commands' }) => group))]
  return page(out, [
    { title: 'Usage', lines: ['bedrock-monitor COMMAND [flags]', 'bedrock-monitor COMMAND --help'] },
    exampleSection(examples.filter((first) => first !== undefined)),
    ...groups.map((title) => ({
      title,
      left: widest(commands.map(({ name }) => name)),
      rows: commands
        .filter(({ group = 'Commands' }) => group === title)
        .map(({ name, summary }) => [name, summary] as const),
    })),
    ...flagSections(COMMON_FLAGS, groupOf),
    {
      title: 'Account and Region',
      text: 'Credentials, endpoints, proxies and certificates are those of the AWS CLI. The Region is that of --region, BEDROCK_MONITOR_REGION, AWS_REGION, AWS_DEFAULT_REGION or the profile, whichever is set first.',
    },
    { title: 'Exit codes', parts: EXIT_CODES.map((row) => row.join(' ')) },
  ])
}

export function commandHelp(out: Output, command: Command): string {
  const { argument, shows = [] } = command
  const isShown = (flag: Flag) => !flag.setting || shows.includes(flag.name)
  const [flags, folded] = [command.flags.filter(isShown), command.flags.filter((flag) => !isShown(flag))]
  const words = [command.name, ...(argument ? [argument.shown] : [])].join(' ')
  const names = folded.map(({ name }) => `--${name}`)
  const more =
    folded.length > MOST_NAMED ? `${names.length} ${shows.length > 0 ? 'more ' : ''}settings` : names.join(', ')
  return page(out, [
    {
      title: 'Usage',
      lines: [`bedrock-monitor ${words} [flags]`, ...wrap(sentence(command.summary), columnsOf(out) - 2)],
    },
    exampleSection(command.examples),
    ...(argument ? [{ title: 'Argument', rows: [[argument.shown, argument.describe] as const] }] : []),
    ...flagSections(flags, headingOf),
    ...(command.more ?? []),
    {
      title: 'More flags',
      rows: [
        ...(folded.length > 0 ? [['bedrock-monitor help settings', more] as const] : []),
        ['bedrock-monitor --help', `${SHARED.map((name) => `--${name}`).join(', ')} …; exit codes`] as const,
      ],
    },
  ])
}

/** Help of the settings: each is a flag, a variable and a key of the configuration file. */
export function settingsHelp(out: Output, flags: readonly Flag[]): string {
  return page(out, [
    {
      title: 'Settings',
      text: 'Each setting is a flag of setup, status, alarms, cleanup, doctor, permissions and config, a variable (BEDROCK_MONITOR_RETENTION_DAYS for --retention-days) and a key of bedrock-monitor.json (retentionDays). Flags override variables, and variables override the file.',
    },
    exampleSection([
      ['every setting, its value and where it came from', 'config show'],
      ['write a commented bedrock-monitor.json', 'config init'],
    ]),
    ...flagSections(flags, groupOf),
  ])
}

/** A heading with lines as they are, a text to wrap, parts to stand side by side, or rows of a term and what it means. */
type Section = { title: string } & (
  | { lines: readonly string[] }
  | { text: string }
  | { parts: readonly string[] }
  | { rows: readonly (readonly [string, string])[]; left?: number }
)

function exampleSection(examples: readonly Example[]): Section {
  return { title: 'Examples', lines: examples.flatMap(([says, run]) => [`# ${says}`, `$ bedrock-monitor ${run}`]) }
}

function flagSections(flags: readonly Flag[], headingOf: (flag: Flag) => string): Section[] {
  return [...new Set(flags.map(headingOf))].map((title) => {
    const shown = flags.filter((each) => headingOf(each) === title)
    return { title, rows: shown.map((each) => [flagTerm(each), each.describe] as const) }
  })
}

const groupOf = ({ group = 'Flags' }: Flag): string => group
/** Of the help of a command, which lists few of the settings. */
const headingOf = (flag: Flag): string => (flag.setting ? 'Settings' : groupOf(flag))

function flagTerm({ name, alias, value }: Flag): string {
  return `${alias === undefined ? '    ' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`

const columnsOf = (out: Output): number => Math.max(40, Math.min(out.width, MOST_COLUMNS))

const page = (out: Output, sections: readonly Section[]): string =>
  sections
    .map((section) => {
      const lines = linesOf(out, section, columnsOf(out) - 2).map((line) => (line === '' ? '' : `  ${line}`))
      return [out.paint.bold(section.title.toUpperCase()), ...lines, ''].join('\n')
    })
    .join('\n')

function linesOf(out: Output, section: Section, columns: number): string[] {
  if ('rows' in section) return wrapTerms(section.rows, columns, section)
  if ('text' in section) return wrap(section.text, columns)
  if ('parts' in section) return wrapParts(section.parts, columns)
  return section.lines.map((line) => exampleLine(out, line))
}

function exampleLine({ paint }: Output, line: string): string {
  if (line.startsWith('# ')) return paint.dim(line)
  return line.startsWith('$ ') ? `${paint.dim('$')} ${paint.cyan(line.slice(2))}` : line
}

type Page = Pick<Command, 'examples'> & { title: string }

const GET_STARTED: Page = {
  title: 'Get started',
  examples: [
    ['a tour on a local AWS, without an account', 'demo'],
    ['usage and cost of the last 24 hours; needs no setup', 'report'],
    ['what setup would create; changes nothing', 'setup --dry-run'],
    ['all commands and flags', '--help'],
  ],
}

const WITHOUT_ACCOUNT: Page = {
  title: 'These work without an AWS account',
  examples: [
    ['a tour on a local AWS', 'demo'],
    ['usage and cost from downloaded invocation logs', 'report --source file:./logs'],
    ['what a model costs', 'prices amazon.nova-pro-v1:0 --offline'],
    ['what setup would create', 'setup --dry-run --account-id 111122223333 --region us-east-1'],
    ['the IAM policy that setup needs', 'permissions setup --account-id 111122223333 --region us-east-1'],
  ],
}

/** By the code of the error. The SDK's own is that of a machine on which nobody has signed in. */
const PAGES: ReadonlyMap<string, Page> = new Map([
  ['NoCommand', GET_STARTED],
  ['NoRegion', WITHOUT_ACCOUNT],
  ['CredentialsProviderError', WITHOUT_ACCOUNT],
])

/** What to try instead, for errors that a newcomer meets first; nothing for all others. */
export function firstSteps({ paint }: Output, { code }: Pick<AppError, 'code'>): string {
  const page = PAGES.get(code)
  if (page === undefined) return ''
  const lines = page.examples.flatMap(([says, run]) => [
    paint.dim(`  # ${says}`),
    `  ${paint.cyan(`bedrock-monitor ${run}`)}`,
  ])
  return ['', paint.bold(page.title), ...lines, ''].join('\n')
}

import type { AppError } from '../../core/errors.ts'
import { widest } from '../../text/width.ts'
import { wrap, wrapParts, wrapTerms } from '../../text/wrap.ts'
import type { Output } from '../../ui/output.ts'
import { COMMON_FLAGS, type Flag } from '../args/flag.ts'
import type { Command, CommandHead, Example } from '../commands/command.ts'

/** What each exit code means, for `--help`. The codes themselves are `EXIT_CODE` in the core. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage or configuration'],
  [3, 'a gate or check did not hold'],
  [4, 'no or bad credentials'],
  [5, 'partly done'],
  [130, 'interrupted'],
]

/** Longer lines are hard to read, however wide the terminal. */
const MOST_COLUMNS = 100

/** So few settings are named in the help of a command. */
const MOST_NAMED = 4

/** The common flags that the help of a command names. */
const SHARED = ['region', 'profile', 'config', 'json', 'quiet', 'debug']

/** In which order the main help shows the first examples: as a newcomer meets the commands. */
const FIRST = ['demo', 'report', 'setup', 'doctor', 'cleanup']

/** Help of the whole program: what one can do with it first, as examples. */
export function mainHelp(out: Output, commands: readonly CommandHead[]): string {
  const examples = FIRST.flatMap((name) => commands.find((command) => command.name === name)?.first ?? [])
  const groups = [...new Set(commands.map(({ group = 'Commands' }) => group))]
  return page(out, [
    { title: 'Usage', lines: ['bedrock-monitor COMMAND [flags]', 'bedrock-monitor COMMAND --help'] },
    exampleSection(examples),
    ...groups.map((title) => ({
      title,
      left: widest(commands.map(({ name }) => name)),
      rows: commands
        .filter(({ group = 'Commands' }) => group === title)
        .map(({ name, summary }) => [name, summary] as const),
    })),
    flagSection('Common flags', COMMON_FLAGS),
    {
      title: 'Account and Region',
      text: 'Credentials, endpoints, proxies and certificates are those of the AWS CLI. The Region is that of --region, BEDROCK_MONITOR_REGION, AWS_REGION, AWS_DEFAULT_REGION or the profile, whichever is set first.',
    },
    {
      title: 'Exit codes',
      lines: wrapParts(
        EXIT_CODES.map((row) => row.join(' ')),
        columnsOf(out) - 2,
      ),
    },
  ])
}

/** Help of one command. Of settings and of what all commands share it says where to find them. */
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
    ...[...new Set(flags.map(headingOf))].map((group) =>
      flagSection(
        group,
        flags.filter((flag) => headingOf(flag) === group),
      ),
    ),
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
    {
      title: 'Examples',
      lines: [
        ...exampleLines({
          says: 'every setting, its value and where it came from',
          run: 'bedrock-monitor config show',
        }),
        ...exampleLines({ says: 'write a commented bedrock-monitor.json', run: 'bedrock-monitor config init' }),
      ],
    },
    ...[...new Set(flags.map(groupOf))].map((group) =>
      flagSection(
        group,
        flags.filter((flag) => groupOf(flag) === group),
      ),
    ),
  ])
}

/** A heading with lines as they are, a text to wrap, or rows of a term and what it means. */
type Section = { title: string } & (
  | { lines: readonly string[] }
  | { text: string }
  | { rows: readonly (readonly [string, string])[]; left?: number }
)

function exampleSection(examples: readonly Example[]): Section {
  return { title: 'Examples', lines: examples.flatMap(exampleLines) }
}

const exampleLines = ({ says, run }: Example): string[] => [`# ${says}`, `$ ${run}`]

function flagSection(title: string, flags: readonly Flag[]): Section {
  return { title, rows: flags.map((flag) => [flagTerm(flag), flag.describe] as const) }
}

const groupOf = ({ group = 'Flags' }: Flag): string => group
/** Of the help of a command, which lists few of the settings. */
const headingOf = (flag: Flag): string => (flag.setting ? 'Settings' : groupOf(flag))

function flagTerm({ name, alias, value }: Flag): string {
  return `${alias === undefined ? '    ' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
}

function columnsOf(out: Output): number {
  return Math.max(40, Math.min(out.width, MOST_COLUMNS))
}

function page(out: Output, sections: readonly Section[]): string {
  const columns = columnsOf(out)
  return sections.map((section) => sectionText(out, section, columns)).join('\n')
}

function sectionText(out: Output, section: Section, columns: number): string {
  const body =
    'rows' in section
      ? wrapTerms(section.rows, columns - 2, section)
      : 'text' in section
        ? wrap(section.text, columns - 2)
        : section.lines.map((line) => exampleLine(out, line))
  const heading = out.paint.bold(section.title.toUpperCase())
  return [heading, ...body.map((line) => (line === '' ? '' : `  ${line}`)), ''].join('\n')
}

function exampleLine({ paint }: Output, line: string): string {
  if (line.startsWith('# ')) return paint.dim(line)
  return line.startsWith('$ ') ? `${paint.dim('$')} ${paint.cyan(line.slice(2))}` : line
}

/** Shown under the error of a line without a command. */
const BEGINNING: readonly Example[] = [
  { says: 'a tour on a local AWS, without an account', run: 'bedrock-monitor demo' },
  { says: 'usage and cost of the last 24 hours; needs no setup', run: 'bedrock-monitor report' },
  { says: 'what setup would create; changes nothing', run: 'bedrock-monitor setup --dry-run' },
  { says: 'all commands and flags', run: 'bedrock-monitor --help' },
]

/** Shown where somebody has not signed in to an account yet, or has none. */
const WITHOUT_ACCOUNT: readonly Example[] = [
  { says: 'a tour on a local AWS', run: 'bedrock-monitor demo' },
  { says: 'usage and cost from downloaded invocation logs', run: 'bedrock-monitor report --source file:./logs' },
  { says: 'what a model costs', run: 'bedrock-monitor prices amazon.nova-pro-v1:0 --offline' },
  {
    says: 'what setup would create',
    run: 'bedrock-monitor setup --dry-run --account-id 111122223333 --region us-east-1',
  },
  {
    says: 'the IAM policy that setup needs',
    run: 'bedrock-monitor permissions setup --account-id 111122223333 --region us-east-1',
  },
]

/** What to try instead, for errors that a newcomer meets first; nothing for all others. */
export function firstSteps({ paint }: Output, { code }: Pick<AppError, 'code'>): string {
  const page = PAGES.get(code)
  if (page === undefined) return ''
  const lines = page.examples.flatMap(({ says, run }) => [paint.dim(`  # ${says}`), `  ${paint.cyan(run)}`])
  return ['', paint.bold(page.title), ...lines, ''].join('\n')
}

interface Page {
  title: string
  examples: readonly Example[]
}

const withoutAccount: Page = { title: 'These work without an AWS account', examples: WITHOUT_ACCOUNT }

/** By the code of the error. The SDK's own is that of a machine on which nobody has signed in. */
const PAGES: ReadonlyMap<string, Page> = new Map(
  Object.entries<Page>({
    NoCommand: { title: 'Get started', examples: BEGINNING },
    NoRegion: withoutAccount,
    CredentialsProviderError: withoutAccount,
  }),
)

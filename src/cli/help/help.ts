import type { AppError } from '../../core/errors.ts'
import { widest } from '../../text/width.ts'
import { wrap, wrapTerms } from '../../text/wrap.ts'
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

/** In which order the main help shows the first examples: as a newcomer meets the commands. */
const FIRST = ['demo', 'report', 'setup', 'doctor', 'cleanup']

/** Help of the whole program: what one can do with it first, as examples. */
export function mainHelp(out: Output, commands: readonly CommandHead[]): string {
  const examples = FIRST.flatMap((name) => commands.find((command) => command.name === name)?.first ?? [])
  const groups = [...new Set(commands.map(({ group = 'Commands' }) => group))]
  return page(out, [
    { title: 'Examples', lines: examples.flatMap(exampleLines) },
    {
      title: 'Usage',
      lines: ['bedrock-monitor COMMAND [flags]', 'bedrock-monitor COMMAND --help   for the flags of a command'],
    },
    ...groups.map((title) => ({
      title,
      // One column for all groups.
      left: widest(commands.map(({ name }) => name)),
      rows: commands
        .filter(({ group = 'Commands' }) => group === title)
        .map(({ name, summary }) => [name, summary] as const),
    })),
    flagSection('Common flags', COMMON_FLAGS),
    {
      title: 'Account and Region',
      text: 'Credentials come from the ordinary AWS chain: environment, shared config files, SSO, roles. So does the Region: --region, BEDROCK_MONITOR_REGION, AWS_REGION, AWS_DEFAULT_REGION, then the profile. Endpoints (AWS_ENDPOINT_URL), proxies and certificates are those of the AWS CLI.',
    },
    exitSection(),
  ])
}

/** Help of one command, examples first. */
export function commandHelp(out: Output, command: Command): string {
  const groups = [...new Set(command.flags.map(groupOf))]
  const { argument } = command
  const words = [command.name, ...(argument ? [argument.shown] : [])].join(' ')
  return page(out, [
    exampleSection(command.examples),
    {
      title: 'Usage',
      lines: [`bedrock-monitor ${words} [flags]`, '', ...wrap(sentence(command.summary), columnsOf(out) - 2)],
    },
    ...(argument ? [{ title: 'Argument', rows: [[argument.shown, argument.describe] as const] }] : []),
    ...groups.map((group) =>
      flagSection(
        group,
        command.flags.filter((flag) => groupOf(flag) === group),
      ),
    ),
    ...(command.more ?? []),
    flagSection('Common flags', COMMON_FLAGS),
    exitSection(),
  ])
}

/** A heading with lines as they are, a text to wrap, or rows of a term and what it means. */
type Section = { title: string } & (
  | { lines: readonly string[] }
  | { text: string }
  | { rows: readonly (readonly [string, string])[]; left?: number }
)

function exampleSection(examples: readonly Example[]): Section {
  return {
    title: 'Examples',
    lines: examples.flatMap((example, index) => [...(index > 0 ? [''] : []), ...exampleLines(example)]),
  }
}

const exampleLines = ({ says, run }: Example): string[] => [`# ${says}`, `$ ${run}`]

function exitSection(): Section {
  return { title: 'Exit codes', rows: EXIT_CODES.map(([code, meaning]) => [String(code), meaning] as const) }
}

function flagSection(title: string, flags: readonly Flag[]): Section {
  return { title, rows: flags.map((flag) => [flagTerm(flag), flag.describe] as const) }
}

const groupOf = ({ group = 'Flags' }: Flag): string => group

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
  { says: 'the whole tour on a local AWS, without an account', run: 'bedrock-monitor demo' },
  { says: 'what was used and what it cost, the last day; needs no setup', run: 'bedrock-monitor report' },
  { says: 'what setup would make, and nothing else', run: 'bedrock-monitor setup --dry-run' },
  { says: 'every command and flag', run: 'bedrock-monitor --help' },
]

/** Shown where somebody has not signed in to an account yet, or has none. */
const WITHOUT_ACCOUNT: readonly Example[] = [
  { says: 'the whole tour on a local AWS', run: 'bedrock-monitor demo' },
  { says: 'usage and cost from downloaded invocation logs', run: 'bedrock-monitor report --source file:./logs' },
  { says: 'what a model costs', run: 'bedrock-monitor prices amazon.nova-pro-v1:0 --offline' },
  {
    says: 'what setup would make',
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

const withoutAccount: Page = { title: 'Without an AWS account these work', examples: WITHOUT_ACCOUNT }

/** By the code of the error. The SDK's own is that of a machine on which nobody has signed in. */
const PAGES: ReadonlyMap<string, Page> = new Map(
  Object.entries<Page>({
    NoCommand: { title: 'To begin with', examples: BEGINNING },
    NoRegion: withoutAccount,
    CredentialsProviderError: withoutAccount,
  }),
)

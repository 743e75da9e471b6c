import type { Output } from '../ui/output.ts'
import { wrap } from '../ui/text.ts'
import type { Command, Example } from './command.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { COMMON_FLAGS, type Flag } from './flag.ts'

/** Longer lines are hard to read, however wide the terminal. */
const MOST_COLUMNS = 100

/** Help of the whole program: what one can do with it first, as examples. */
export function mainHelp(out: Output, commands: readonly Command[]): string {
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return page(out, [
    exampleSection(examples),
    {
      title: 'Usage',
      lines: ['bedrock-monitor COMMAND [flags]', 'bedrock-monitor COMMAND --help   for the flags of a command'],
    },
    { title: 'Commands', rows: commands.map(({ name, summary }) => [name, summary]) },
    flagSection('Common flags', COMMON_FLAGS),
    {
      title: 'Account and Region',
      text: 'Credentials come from the ordinary AWS chain: environment, shared config files, SSO, roles. So does the Region: --region, BEDROCK_MONITOR_REGION, AWS_REGION, AWS_DEFAULT_REGION, then the profile. AWS_ENDPOINT_URL works.',
    },
    exitSection(),
  ])
}

/** Help of one command, examples first. */
export function commandHelp(out: Output, command: Command): string {
  const groups = [...new Set(command.flags.map((flag) => flag.group))]
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
        command.flags.filter((flag) => flag.group === group),
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
  | { rows: readonly (readonly [string, string])[] }
)

function exampleSection(examples: readonly Example[]): Section {
  const lines = examples.flatMap(({ says, run }, index) => [...(index > 0 ? [''] : []), `# ${says}`, `$ ${run}`])
  return { title: 'Examples', lines }
}

function exitSection(): Section {
  return { title: 'Exit codes', rows: EXIT_CODES.map(([code, meaning]) => [String(code), meaning] as const) }
}

function flagSection(title: string, flags: readonly Flag[]): Section {
  return { title, rows: flags.map((flag) => [flagTerm(flag), flag.describe] as const) }
}

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
      ? rowLines(section.rows, columns - 2)
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

/** Terms left, meanings right, wrapped within their own column. */
function rowLines(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const left = Math.max(...rows.map(([term]) => term.length)) + 2
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...more] = wrap(meaning, Math.max(20, columns - left))
    return [`${term.padEnd(left)}${first}`.trimEnd(), ...more.map((line) => `${' '.repeat(left)}${line}`)]
  })
}

import { type AppError, usageError } from '../../../core/errors.ts'
import { SOURCES, sourceWord } from '../../../report/sources/index.ts'
import { SETTINGS } from '../../../steps/settings.ts'
import { didYouMean } from '../../../text/nearest.ts'
import { COMMON_FLAGS, type Flag } from '../../args/flag.ts'
import { ACCOUNT_FLAGS } from '../../args/shared-flags.ts'
import type { Command } from '../../command.ts'

export interface Tool {
  name: string
  command: string
  title: string
  describe: string
  inputs: readonly string[]
  /** What the command's words are called, of which one has to be given where it is `one`. */
  words?: { input: string; describe: string; one?: true; values?: readonly string[] }
  /** Values of an input, where not all of the flag's are meant for others. */
  only?: Readonly<Record<string, readonly string[]>>
  /** Flags of every call, before the inputs; an input takes the place of its flag. */
  fixed?: Readonly<Record<string, string>>
  rows: string
  /** The member for an answer to `by`, where that is another one. */
  rowsBy?: string
  /** Members of the result that are for programs alone. */
  drops?: readonly string[]
  /** AWS charges for it before anything is told: it is held to what may still be spent. */
  paidAhead?: true
}

const WINDOW = ['last', 'hours', 'since', 'until']
const OFFERED: readonly string[] = ['metrics', 'logs', 's3']
const USUAL_ROWS = '20'

export const TOOLS: readonly Tool[] = [
  {
    name: 'usage',
    command: 'report',
    title: 'Usage and estimated cost',
    describe:
      'Who uses which Amazon Bedrock model, tokens, latency, errors and cost at list prices in a window. By day or hour: by ["day"]. Identities, roles, teams and metadata need source logs or s3.',
    inputs: [...WINDOW, ...'timezone source by where compare anomalies forecast sort top quotas'.split(' ')],
    only: { source: OFFERED },
    fixed: { top: USUAL_ROWS },
    rows: 'groups',
    drops: ['series'],
  },
  {
    name: 'cost',
    command: 'report',
    title: 'What AWS billed',
    describe:
      'What AWS billed for Amazon Bedrock, from Cost Explorer, about a day late. AWS charges $0.01 a request, mostly three a call; for estimates of today use usage.',
    inputs: ['last', 'since', 'until', 'by', 'where', 'compare', 'sort', 'top', 'cost'],
    fixed: { source: 'bill', top: USUAL_ROWS },
    rows: 'groups',
    drops: ['series'],
    paidAhead: true,
  },
  {
    name: 'reconcile',
    command: 'reconcile',
    title: 'Estimate beside bill',
    describe: 'Why an estimate and the bill differ, cause by cause. AWS charges for Cost Explorer as for cost.',
    inputs: ['month', 'last', 'since', 'until', 'source', 'by', 'where', 'cost'],
    only: { source: OFFERED },
    rows: 'causes',
    rowsBy: 'groups',
    drops: ['cells'],
    paidAhead: true,
  },
  {
    name: 'prices',
    command: 'prices',
    title: 'Prices of models',
    describe: 'US dollars per million tokens or an image, with source and date.',
    inputs: ['tier', 'where', 'sort', 'top'],
    words: { input: 'models', describe: 'model ids, ARNs or parts of ids; all models without it' },
    rows: 'prices',
  },
  {
    name: 'doctor',
    command: 'doctor',
    title: 'What is wrong with the monitoring',
    describe: 'Why data is missing and what of the spend is not seen; each finding with what fixes it.',
    inputs: [],
    rows: 'findings',
  },
  {
    name: 'query',
    command: 'query',
    title: 'Query of the invocation log',
    describe:
      'Runs a ready-made query on the invocation log: counts and ids, never prompts or responses. AWS charges $0.005 for a GB scanned.',
    inputs: [...WINDOW, 'model', 'where', 'key', 'limit', 'sort'],
    words: { input: 'name', describe: 'the query', one: true },
    rows: 'rows',
  },
  {
    name: 'alarms',
    command: 'alarms',
    title: 'Alarms and their states',
    describe: 'Every alarm of the monitoring: its state and since when, what it watches and when it goes off.',
    inputs: ['where', 'sort', 'top'],
    rows: 'alarms',
  },
]

/** The flags that a tool's inputs stand for. Every tool takes Regions. */
function flagsOf({ inputs }: Tool, { flags }: Command): Flag[] {
  return ['region', ...inputs].flatMap((name) => [...COMMON_FLAGS, ...flags].find((flag) => flag.name === name) ?? [])
}

/** `max-error-rate` → `max_error_rate`, which every client takes. */
const inputName = (flag: string) => flag.replaceAll('-', '_')

export function inputSchema(tool: Tool, command: Command): { type: 'object'; [key: string]: unknown } {
  const { words } = tool
  const values = words?.one ? command.argument?.values : undefined
  const word = { type: 'string', ...(values && { enum: values }) }
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...(words && {
        [words.input]: { ...(words.one ? word : { type: 'array', items: word }), description: words.describe },
      }),
      ...Object.fromEntries(flagsOf(tool, command).map((flag) => [inputName(flag.name), property(tool, flag)])),
    },
    ...(words?.one && { required: [words.input] }),
  }
}

function property({ only }: Tool, { name, value, list, describe: description }: Flag): object {
  const values = only?.[name]
  if (value === undefined) return { type: 'boolean', description }
  if (list) return { type: 'array', items: { type: 'string' }, description }
  if (values) return { type: 'string', enum: values, description: `${values.join(', ')} (default ${values[0]})` }
  return { type: value === 'N' ? 'number' : 'string', description }
}

/** The line of a call: no input can become a flag. `passed` are the server's flags. Throws usage errors for wrong inputs. */
export function commandLine(
  tool: Tool,
  command: Command,
  input: Readonly<Record<string, unknown>>,
  passed: ReadonlyMap<string, string>,
): string[] {
  const flags = new Map(flagsOf(tool, command).map((flag) => [inputName(flag.name), flag]))
  const { words } = tool
  const known = [...flags.keys(), ...(words ? [words.input] : [])]
  const given = new Map<string, string | true>([...passed, ...Object.entries(tool.fixed ?? {})])
  for (const [name, value] of Object.entries(input)) {
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    if (isEmpty || name === words?.input) continue
    const flag = flags.get(name)
    if (!flag) {
      throw usageError(
        `${tool.name} has no input '${name}'`,
        didYouMean(name, known) ?? `its inputs are ${known.join(', ')}`,
      )
    }
    const isSwitch = flag.value === undefined
    if (isSwitch && typeof value !== 'boolean') throw notValid(tool, name, 'true or false')
    if (isSwitch && value === false) continue
    const text = isSwitch ? true : textOf(tool, name, value).join()
    const allowed = tool.only?.[flag.name]
    if (allowed && !allowed.includes(String(text))) throw notValid(tool, name, `one of ${allowed.join(', ')}`)
    given.set(flag.name, text)
  }
  const named = words && input[words.input] != null ? textOf(tool, words.input, input[words.input]) : []
  if (words?.one && named.length !== 1)
    throw notValid(tool, words.input, `one of ${command.argument?.values?.join(', ')}`)
  const flagWords = [...given].map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`))
  return [command.name, ...flagWords, '--json', '--no-input', ...(named.length > 0 ? ['--', ...named] : [])]
}

/** What a command says of its flags, as said of the tool's inputs; of other flags it is told whose they are. */
export function inWordsOf(tool: Tool, command: Command, text: string): string {
  const known = flagsOf(tool, command).map(({ name }) => name)
  const inputs = [...(tool.words ? [tool.words.input] : []), ...known.map(inputName)]
  const nameOf = (flag: string) => {
    const setting = SETTINGS.find((one) => one.flag === flag)
    if (known.includes(flag)) return inputName(flag)
    if (setting) return `the setting ${setting.key}`
    return `${ACCOUNT_FLAGS.some(({ name }) => name === flag) ? "the server's" : "the command line's"} --${flag}`
  }
  const sourcesOf = (said: string) => {
    const named: readonly string[] = said.match(SOURCE) ?? []
    if (named.includes(tool.fixed?.source ?? '')) return 'what AWS billed'
    const offered = named.filter((source) => OFFERED.includes(source))
    const where = known.includes('source') ? '' : ' of the tool usage'
    return `source ${(offered.length > 0 ? offered : named).join(' or ')}${where}`
  }
  return text
    .replace(/bedrock-monitor [a-z ]*--help(?: \w+)*/g, `the inputs of ${tool.name} are ${inputs.join(', ')}`)
    .replace(new RegExp(`bedrock-monitor ${tool.command}${tool.words ? '(?: [a-z][a-z-]*)?' : ''} (?=--)`, 'g'), '')
    .replace(SPOKEN, (said, sources, flag) => (sources ? sourcesOf(sources) : flag ? nameOf(flag) : said))
}

const SOURCE = new RegExp(`\\b(?:${SOURCES.map(sourceWord).join('|')})\\b`, 'g')
/** A command to run, whole; "--source logs, --source s3 or athena"; any other flag. */
const SPOKEN = new RegExp(
  `bedrock-monitor .+?(?=[,;.)] |$)|(--source ${SOURCE.source}(?:(?:,| or) (?:--source )?${SOURCE.source})*)|--([a-z][a-z-]*)`,
  'g',
)

/** What is longer is no name or pattern, and would be looked through for secrets for minutes before an error may quote it. */
const MOST_LETTERS = 10_000

function textOf(tool: Tool, name: string, value: unknown): string[] {
  if (String(value).length > MOST_LETTERS)
    throw notValid(tool, name, `a text or list of at most ${MOST_LETTERS} characters`)
  return [value].flat().map((one) => {
    if (typeof one === 'string' || typeof one === 'number') return String(one)
    throw notValid(tool, name, 'a text, a number or a list of them')
  })
}

function notValid({ name }: Tool, input: string, valid: string): AppError {
  return usageError(`${name}: ${input} is not ${valid}`, `give ${valid}`)
}

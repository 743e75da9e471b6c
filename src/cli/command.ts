import type { Clock, Context } from '../core/context.ts'
import type { Digest } from '../core/digest.ts'
import type { Event } from '../core/events.ts'
import { jsonText } from '../core/json.ts'
import type { Io, TerminalProcess } from '../ui/io.ts'
import type { Env } from '../ui/output.ts'
import type { Prompter } from '../ui/prompts.ts'
import type { HoldableReporter } from '../ui/reporters.ts'
import type { Args, Flag } from './args/flag.ts'
import { type CommonOptions, commonOptions } from './args/shared-flags.ts'
import type { ConfigFile } from './session/config-parse.ts'

/** What a line does, in a few words, and the line without the program's name. */
export type Example = readonly [says: string, line: string]

export interface Argument extends Pick<Flag, 'values' | 'check'> {
  /** As help shows it: "[setup|cleanup]". */
  shown: string
  describe: string
  most: number
}

export interface CommandHead {
  readonly name: string
  readonly summary: string
  /** The heading it stands under in the main help. */
  readonly group?: string
  /** The first of its examples, where the main help shows it too: what one does first with the program, and last. */
  readonly first?: Example
}

/** The rest of a command: a table for help and the parser, a pure `parse` and a `run` that acts. */
export interface CommandBody<Own = object> {
  readonly examples: readonly Example[]
  /** Its own flags; the common ones are added. */
  readonly flags: readonly Flag[]
  /** The settings that its help lists, by flag; of the others it says where to find them. */
  readonly shows?: readonly string[]
  /** Sections of its help that only it has, line by line. */
  readonly more?: readonly { title: string; lines: readonly string[] }[]
  readonly argument?: Argument
  /** Its `--json` is a line for each result, and so is an error. */
  readonly jsonLines?: true
  /** It is about the configuration file, which may be missing or wrong. */
  readonly readsConfigItself?: true
  /** What it takes besides the common options. Checks what single flags cannot: their combinations. Throws usage errors. */
  parse?(args: Args): Own
  /** Others may be told of its result. */
  readonly tells?: true
  /** Does it and answers the exit code; loads what it needs itself, so that its help stays quick. Throws `AppError`s. */
  run(app: App, options: CommonOptions & Own, tell: Tell): Promise<number>
}

/** Takes the result in few words; it is made where somebody is to be told. */
export type Tell = (digest: () => Digest | Promise<Digest>) => void

/** A whole one, whose options are the common ones and its own. */
export interface Command extends CommandHead, CommandBody {
  parse(args: Args): CommonOptions
}

/** A command of which only the head is loaded: that is all that the main help takes. */
export interface Entry extends CommandHead {
  body(): Promise<{ command: CommandBody }>
}

export async function load({ body, ...head }: Entry): Promise<Command> {
  const { command } = await body()
  return {
    ...head,
    ...command,
    examples: [...(head.first ? [head.first] : []), ...command.examples],
    parse: (args) => ({ ...commonOptions(args), ...command.parse?.(args) }),
  }
}

/** The whole of every command: for completion, and to tell what somebody meant who mistyped. */
export async function loadAll(entries: readonly Entry[]): Promise<Command[]> {
  const commands: Command[] = []
  // One after another: they share most of what they load.
  for (const entry of entries) commands.push(await load(entry))
  return commands
}

/** Lets a list hold commands of unlike options: each one's `parse` feeds its own `run` and nobody else's. */
export function define<Own extends object>(body: CommandBody<Own>): CommandBody {
  return body as CommandBody
}

/** What every command is handed: the terminal, the environment and the flags that several commands share. */
export interface App extends Pick<Host, 'env' | 'cwd' | 'openFile' | 'version'> {
  readonly io: Io
  readonly cx: Context
  readonly prompter: Prompter
  readonly reporter: HoldableReporter
  readonly common: CommonOptions
  readonly config: ConfigFile | undefined
  readonly entries: readonly Entry[]
}

export function printJson(app: Pick<App, 'io'>, result: object): void {
  app.io.stdout.write(`${jsonText(result)}\n`)
}

/** Everything of the machine that a run of the program may touch. */
export interface Host extends TerminalProcess {
  readonly argv: readonly string[]
  readonly env: Env
  readonly cwd: string
  readonly clock: Clock
  readonly signal: AbortSignal
  version(): Promise<string>
  /** Shows a file to whoever sits at the machine. Throws what the system says. */
  openFile(path: string): Promise<void>
  /** Hears of everything that goes on, besides the reporter. */
  onEvent?(event: Event): void
  tell?: Tell
  /** What the program runs on: "Node.js v22.1.0, linux x64". */
  readonly platform: string
}

import type { Clock, Context } from '../../core/context.ts'
import type { Event } from '../../core/events.ts'
import { jsonText } from '../../core/json.ts'
import type { Io, TerminalProcess } from '../../ui/io.ts'
import type { Env } from '../../ui/output.ts'
import type { Prompter } from '../../ui/prompts.ts'
import type { HoldableReporter } from '../../ui/reporters/index.ts'
import type { CommonOptions } from '../args/args.ts'
import type { ConfigFile } from './config-parse.ts'

/** What every command is handed: the terminal, the environment and the flags that all commands share. */
export interface App {
  readonly io: Io
  readonly env: Env
  /** The folder that relative paths start from. */
  readonly cwd: string
  readonly cx: Context
  readonly prompter: Prompter
  readonly reporter: HoldableReporter
  readonly common: CommonOptions
  /** The configuration file; undefined when there is none. */
  readonly config: ConfigFile | undefined
  readonly openFile: Host['openFile']
  readonly version: Host['version']
}

export function printJson(app: Pick<App, 'io'>, result: object): void {
  app.io.stdout.write(`${jsonText(result)}\n`)
}

/** Everything of the machine that a run of the program may touch. */
export interface Host extends TerminalProcess {
  argv: readonly string[]
  cwd: string
  clock: Clock
  /** Aborted when the user interrupts. */
  signal: AbortSignal
  version(): Promise<string>
  /** Shows a file to whoever sits at the machine. Throws what the system says. */
  openFile(path: string): Promise<void>
  /** Hears of everything that goes on, besides the reporter. */
  onEvent?(event: Event): void
  /** What the program runs on: "Node.js v22.1.0, linux x64". */
  platform: string
}

import type { Context } from '../../core/context.ts'
import { jsonText } from '../../core/json.ts'
import type { Io } from '../../ui/io.ts'
import type { Env } from '../../ui/output.ts'
import type { Prompter } from '../../ui/prompts.ts'
import type { HoldableReporter } from '../../ui/reporters/index.ts'
import type { CommonOptions } from '../args/common-options.ts'
import type { ConfigFile } from './config-file.ts'

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
}

/** Prints a result for a program. */
export function printJson(app: Pick<App, 'io'>, result: object): void {
  app.io.stdout.line(jsonText(result))
}

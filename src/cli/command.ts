import type { App } from './app.ts'
import type { Args } from './args.ts'
import type { Flag } from './flag.ts'

export interface Example {
  /** What it does, in a few words. */
  says: string
  /** What to type, from the program's name on. */
  run: string
}

/** The words a command takes after its name. */
export interface Argument {
  /** As help shows it: "[setup|cleanup]". */
  shown: string
  describe: string
  /** How many there may be. */
  most: number
  /** Words it takes, perhaps among others: completion offers them, and a mistyped one is compared with them. */
  values?: readonly string[]
  /** What a valid word looks like, when this one is not; undefined when it is. */
  check?(value: string): string | undefined
}

/** One command: a table for help and the parser, a pure `parse` and a `run` that acts. */
export interface Command<Options = unknown> {
  readonly name: string
  /** One line. */
  readonly summary: string
  /** The heading it stands under in the main help. */
  readonly group?: string
  readonly examples: readonly Example[]
  /** Its own flags; the common ones are added. */
  readonly flags: readonly Flag[]
  /** Sections of its help that only it has, line by line. */
  readonly more?: readonly { title: string; lines: readonly string[] }[]
  /** None by default. */
  readonly argument?: Argument
  /** Its `--json` is a line for each result, and so is an error. */
  readonly jsonLines?: true
  /** Checks what single flags cannot: their combinations. Throws usage errors. */
  parse(args: Args): Options
  /** Does it and answers the exit code; loads what it needs itself, so that help stays quick. Throws `AppError`s. */
  run(app: App, options: Options): Promise<number>
}

/** Lets a list hold commands of unlike options: each one's `parse` feeds its own `run` and nobody else's. */
export function command<Options>(definition: Command<Options>): Command {
  return definition as Command
}

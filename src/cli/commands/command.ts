import type { Args } from '../args/args.ts'
import type { Flag } from '../args/flag.ts'
import type { App } from '../session/app.ts'

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

/** What the main help tells of a command. */
export interface CommandHead {
  readonly name: string
  /** One line. */
  readonly summary: string
  /** The heading it stands under in the main help. */
  readonly group?: string
  /** The first of its examples, where the main help shows it too: what one does first with the program, and last. */
  readonly first?: Example
}

/** The rest of a command: a table for help and the parser, a pure `parse` and a `run` that acts. */
export interface CommandBody<Options = unknown> {
  readonly examples: readonly Example[]
  /** Its own flags; the common ones are added. */
  readonly flags: readonly Flag[]
  /** The settings that its help lists, by flag; of the others it says where to find them. */
  readonly shows?: readonly string[]
  /** Sections of its help that only it has, line by line. */
  readonly more?: readonly { title: string; lines: readonly string[] }[]
  /** None by default. */
  readonly argument?: Argument
  /** Its `--json` is a line for each result, and so is an error. */
  readonly jsonLines?: true
  /** It is about the configuration file, which may be missing or wrong. */
  readonly readsConfigItself?: true
  /** Checks what single flags cannot: their combinations. Throws usage errors. */
  parse(args: Args): Options
  /** Does it and answers the exit code; loads what it needs itself, so that its help stays quick. Throws `AppError`s. */
  run(app: App, options: Options): Promise<number>
}

export interface Command extends CommandHead, CommandBody {}

/** A command of which only the head is loaded: that is all that the main help takes. */
export interface Entry extends CommandHead {
  body(): Promise<CommandBody>
}

export async function load({ body, ...head }: Entry): Promise<Command> {
  const { examples, ...rest } = await body()
  return { ...head, ...rest, examples: [...(head.first ? [head.first] : []), ...examples] }
}

/** The whole of every command: for completion, and to tell what somebody meant who mistyped. */
export async function loadAll(entries: readonly Entry[]): Promise<Command[]> {
  const commands: Command[] = []
  // One after another: they share most of what they load.
  for (const entry of entries) commands.push(await load(entry))
  return commands
}

/** Lets a list hold commands of unlike options: each one's `parse` feeds its own `run` and nobody else's. */
export function command<Options>(body: CommandBody<Options>): CommandBody {
  return body as CommandBody
}

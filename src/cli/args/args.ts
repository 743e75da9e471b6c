import { usageError } from '../../core/errors.ts'
import { accountsGiven } from './account-flags.ts'

/** What was typed, after the checks of each flag. */
export interface Args {
  /** True when a switch was given, and not as false. */
  is(flag: string): boolean
  /** What a switch was given as (`--page-once=false`), undefined when it was not given. */
  onOrOff(flag: string): boolean | undefined
  /** A flag's value, undefined when it was not given. Empty only where the flag may be. */
  text(flag: string): string | undefined
  /** All values of a repeatable flag, comma lists taken apart. */
  list(flag: string): string[]
  /** The words after the command's name, checked. */
  readonly words: readonly string[]
}

/** A switch is on or off, any other flag has its values. */
export type FlagValue = boolean | readonly string[]

export function createArgs(values: ReadonlyMap<string, FlagValue>, words: readonly string[] = []): Args {
  const listOf = (flag: string): readonly string[] => {
    const value = values.get(flag)
    return value === undefined || typeof value === 'boolean' ? [] : value
  }
  return {
    is: (flag) => values.get(flag) === true,
    onOrOff(flag) {
      const value = values.get(flag)
      return typeof value === 'boolean' ? value : undefined
    },
    text: (flag) => listOf(flag)[0],
    list: (flag) => [...listOf(flag)],
    words,
  }
}

/** Throws a usage error where a flag is given that only another action of the command has a use for: `goesWith`. */
export function refuseFlags(args: Args, flags: readonly string[], goesWith: string): void {
  const given = flags.find((flag) => args.text(flag) !== undefined || args.is(flag))
  if (given !== undefined) throw usageError(`--${given} goes with ${goesWith}`, `leave out --${given}`)
}

/** The flags of every command. */
export type CommonOptions = Readonly<ReturnType<typeof commonOptions>>

export function commonOptions(args: Args) {
  return {
    regions: args.list('region') as readonly string[],
    /** Of commands that work in several. */
    accounts: accountsGiven(args),
    profile: args.text('profile'),
    endpointUrl: args.text('endpoint-url'),
    configFile: args.text('config'),
    json: args.is('json') || args.text('format') === 'json',
    input: !args.is('no-input'),
    colour: !args.is('no-color'),
    quiet: args.is('quiet'),
    debug: args.is('debug'),
  }
}

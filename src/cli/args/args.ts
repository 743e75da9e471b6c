import { usageError } from '../../core/errors.ts'

export interface Args {
  /** True when it was given at all, a switch not as false. */
  has(flag: string): boolean
  is(flag: string): boolean
  /** What a switch was given as (`--page-once=false`), undefined when it was not given. */
  onOrOff(flag: string): boolean | undefined
  /** A flag's value, undefined when it was not given. Empty only where the flag may be. */
  text(flag: string): string | undefined
  number(flag: string): number | undefined
  /** All values of a repeatable flag, comma lists taken apart. */
  list(flag: string): string[]
  readonly words: readonly string[]
}

export type FlagValue = boolean | readonly string[]

export function createArgs(values: ReadonlyMap<string, FlagValue>, words: readonly string[] = []): Args {
  const onOrOff = (flag: string) => {
    const value = values.get(flag)
    return typeof value === 'boolean' ? value : undefined
  }
  const list = (flag: string) => [values.get(flag) ?? []].flat().filter((value) => typeof value === 'string')
  const text = (flag: string) => list(flag)[0]
  const number = (flag: string) => (text(flag) === undefined ? undefined : Number(text(flag)))
  const is = (flag: string) => onOrOff(flag) === true
  return { has: (flag) => is(flag) || list(flag).length > 0, is, onOrOff, text, number, list, words }
}

/** Throws a usage error where a flag is given that only another action of the command has a use for: `goesWith`. */
export function refuseFlags(args: Args, flags: readonly string[], goesWith: string): void {
  const given = flags.find(args.has)
  if (given !== undefined) throw usageError(`--${given} goes with ${goesWith}`, `leave out --${given}`)
}

export function refuseBoth(args: Args, one: string, other: string, hint = 'pass one of them'): void {
  if (args.has(one) && args.has(other)) throw usageError(`--${one} and --${other} contradict each other`, hint)
}

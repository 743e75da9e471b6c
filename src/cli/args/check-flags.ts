import { usageError } from '../../core/errors.ts'
import type { Command } from '../commands/command.ts'
import { type Args, createArgs, type FlagValue } from './args.ts'
import { didYouMean } from './did-you-mean.ts'
import { COMMON_FLAGS, type Flag } from './flag.ts'
import type { Typed } from './words.ts'

/** Every flag of the program by name. Commands that share a name share the flag. */
export function allFlags(commands: readonly Command[]): ReadonlyMap<string, Flag> {
  return new Map([...COMMON_FLAGS, ...commands.flatMap(({ flags }) => flags)].map((flag) => [flag.name, flag]))
}

/** The flags of one command, each value checked. Throws a usage error that names the flag and its value. */
export function checkFlags(
  typed: Typed,
  command: Command,
  commands: readonly Command[],
  words: readonly string[] = [],
): Args {
  const own = new Map([...COMMON_FLAGS, ...command.flags].map((flag) => [flag.name, flag]))
  if (typed.badSwitch !== undefined) throw usageError(`${typed.badSwitch}: a switch takes no value`)
  const values = new Map<string, FlagValue>()
  for (const name of allFlags(commands).keys()) {
    const value = typed.values[name]
    if (value === undefined) continue
    const flag = own.get(name)
    if (!flag) {
      throw usageError(
        `${command.name} has no flag --${name}`,
        `bedrock-monitor ${command.name} --help lists its flags`,
      )
    }
    const isSwitch = typeof value === 'boolean'
    values.set(name, isSwitch ? value : checkValues(command.name, flag, [value].flat().map(String)))
  }
  return createArgs(values, words)
}

function checkValues(command: string, flag: Flag, given: readonly string[]): readonly string[] {
  const name = `--${flag.name}`
  if (!flag.list && given.length > 1) throw usageError(`${name} is given ${given.length} times`, 'give it once')
  const values = flag.list ? given.flatMap((value) => value.split(',')).map((value) => value.trim()) : given
  for (const value of values) {
    if (value.trim() === '' && !flag.mayBeEmpty)
      throw usageError(`${name} needs a value`, `bedrock-monitor ${command} ${name} ${flag.value ?? ''}`.trim())
    const rule = flag.check?.(value)
    if (rule !== undefined) {
      const hint = didYouMean(value, flag.values) ?? `bedrock-monitor ${command} --help tells more`
      throw usageError(`${name} is '${value}': not ${rule}`, hint)
    }
  }
  return values
}

/** Says what was typed and what was probably meant. */
export function unknownFlag(shown: string, name: string | undefined, commands: readonly Command[]) {
  const command = commands.find((candidate) => candidate.name === name)
  const flags = [...COMMON_FLAGS, ...(command ? command.flags : commands.flatMap((each) => each.flags))]
  const names = flags.map((flag) => `--${flag.name}`)
  const list = `bedrock-monitor ${command ? `${command.name} ` : ''}--help lists the flags`
  return usageError(`unknown flag ${shown}`, (shown.startsWith('--') ? didYouMean(shown, names) : undefined) ?? list)
}

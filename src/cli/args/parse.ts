import { AppError, usageError } from '../../core/errors.ts'
import { didYouMean } from '../../text/nearest.ts'
import type { Command } from '../commands/command.ts'
import { type Args, createArgs, type FlagValue } from './args.ts'
import { COMMON_FLAGS, type Flag } from './flag.ts'
import { readWords, type Typed } from './words.ts'

/** What the command line asks for. */
export type Request =
  | { kind: 'version' }
  | { kind: 'help'; command: Command | undefined; settings?: readonly Flag[] }
  | { kind: 'run'; command: Command; args: Args }

/**
 * Reads a command line. Everything is checked: a flag nobody knows, one of another command, one given twice, without its
 * value or with a wrong one, and words too many each throw a usage error that names what was typed. Help and the version
 * are given even where the rest is wrong.
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Request {
  const typed = readWords(argv, allFlags(commands))
  const [name, ...rest] = typed.words
  if (name === 'help' && rest[0] === 'settings' && rest.length === 1) {
    return {
      kind: 'help',
      command: undefined,
      settings: [...allFlags(commands).values()].filter((flag) => flag.setting),
    }
  }
  if (name === 'help' && rest.length <= 1) {
    return { kind: 'help', command: rest[0] === undefined ? undefined : find(rest[0], commands) }
  }
  if (typed.given('help')) return { kind: 'help', command: name === undefined ? undefined : find(name, commands) }
  if (typed.given('version')) return { kind: 'version' }
  if (typed.unknown !== undefined) throw unknownFlag(typed.unknown, name, commands)
  if (name === undefined) {
    throw new AppError('usage', 'NoCommand', 'no command given', { hint: 'bedrock-monitor --help lists the commands' })
  }
  const command = find(name, commands)
  checkWords(command, rest)
  return { kind: 'run', command, args: checkFlags(typed, command, commands, rest) }
}

function checkWords({ name, argument }: Command, words: readonly string[]): void {
  const hint = `bedrock-monitor ${name} --help`
  const extra = words[argument?.most ?? 0]
  if (extra !== undefined) throw usageError(`${name} takes no argument '${extra}'`, hint)
  for (const word of words) {
    if (word.trim() === '') throw usageError(`${name}: the argument '${word}' is empty`, hint)
    const rule = argument?.check?.(word)
    if (rule !== undefined) {
      throw usageError(`${name} ${word}: '${word}' is not ${rule}`, didYouMean(word, argument?.values) ?? hint)
    }
  }
}

/** What can be told of a line even where it is wrong. */
export function glance(argv: readonly string[], commands: readonly Command[]) {
  const { words, values, given } = readWords(argv, allFlags(commands))
  const command = words[0]
  const json = given('json') || values.format === 'json'
  return { json, quiet: given('quiet'), ...(command !== undefined && { command }) }
}

function find(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const names = [...commands.map((command) => command.name), 'help']
  throw usageError(`unknown command '${name}'`, didYouMean(name, names) ?? 'bedrock-monitor --help lists the commands')
}

/** Every flag of the program by name. Commands that share a name share the flag. */
export function allFlags(commands: readonly Command[]): ReadonlyMap<string, Flag> {
  return new Map([...COMMON_FLAGS, ...commands.flatMap(({ flags }) => flags)].map((flag) => [flag.name, flag]))
}

/** The flags of one command, each value checked. Throws a usage error that names the flag and its value. */
function checkFlags(typed: Typed, command: Command, commands: readonly Command[], words: readonly string[] = []): Args {
  const own = new Map([...COMMON_FLAGS, ...command.flags].map((flag) => [flag.name, flag]))
  if (typed.badSwitch !== undefined) {
    throw usageError(`${typed.badSwitch}: a switch takes no value`, `pass ${typed.badSwitch.replace(/=.*/s, '')} alone`)
  }
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
    if (value.trim() === '' && !flag.mayBeEmpty && values.length > 1)
      throw usageError(
        flag.secret
          ? `${name}: one of its values is empty`
          : `${name} is '${given.join(',')}': one of its values is empty`,
        'leave out the extra comma',
      )
    if (value.trim() === '' && !flag.mayBeEmpty)
      throw usageError(`${name} needs a value`, `bedrock-monitor ${command} ${name} ${flag.value ?? ''}`.trim())
    const rule = flag.check?.(value)
    if (rule !== undefined) {
      // Some are only where a value begins: "file" is no slip for "file:", nor "discount=x" for "discount=".
      const others = flag.values?.filter((one) => !value.startsWith(one) && one !== `${value}:`)
      const hint = didYouMean(value, others) ?? `bedrock-monitor ${command} --help says more`
      throw usageError(
        flag.secret ? `${name}: its value (not shown) is not ${rule}` : `${name} is '${value}': not ${rule}`,
        hint,
      )
    }
  }
  return values
}

/** Says what was typed and what was probably meant. */
function unknownFlag(shown: string, name: string | undefined, commands: readonly Command[]) {
  const command = commands.find((candidate) => candidate.name === name)
  const flags = [...COMMON_FLAGS, ...(command ? command.flags : commands.flatMap((each) => each.flags))]
  const names = flags.map((flag) => `--${flag.name}`)
  const list = `bedrock-monitor ${command ? `${command.name} ` : ''}--help lists the flags`
  return usageError(`unknown flag ${shown}`, (shown.startsWith('--') ? didYouMean(shown, names) : undefined) ?? list)
}

import { Parser } from 'yargs/helpers'
import { AppError, usageError } from '../../core/errors.ts'
import { didYouMean } from '../../text/nearest.ts'
import type { Command } from '../command.ts'
import { type Args, COMMON_FLAGS, createArgs, type Flag, type FlagValue } from './flag.ts'

export type Request =
  | { kind: 'version' }
  | { kind: 'help'; command: Command | undefined; settings?: readonly Flag[] }
  | { kind: 'run'; command: Command; args: Args }

/** Reads a line; a usage error names whatever is wrong in it. Help and version are given even where the rest is wrong. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Request {
  const flags = allFlags(commands)
  const typed = readWords(argv, flags)
  const [name, ...rest] = typed.words
  if (name === 'help' && rest.length <= 1) {
    const settings = rest[0] === 'settings' && { settings: [...flags.values()].filter(({ setting }) => setting) }
    const command = rest[0] === undefined || settings ? undefined : find(rest[0], commands)
    return { kind: 'help', command, ...settings }
  }
  if (typed.given('help')) return { kind: 'help', command: name === undefined ? undefined : find(name, commands) }
  if (typed.given('version')) return { kind: 'version' }
  if (typed.unknown !== undefined) throw unknownFlag(typed.unknown, name, commands)
  if (name === undefined) {
    throw new AppError('usage', 'NoCommand', 'no command given', { hint: 'bedrock-monitor --help lists the commands' })
  }
  const command = find(name, commands)
  checkWords(command, rest)
  return { kind: 'run', command, args: createArgs(checkedFlags(typed, command, flags), rest) }
}

/** What can be told of a line even where it is wrong. */
export function glance(argv: readonly string[], commands: readonly Command[]) {
  const { words, values, given } = readWords(argv, allFlags(commands))
  const command = words[0]
  const json = given('json') || values.format === 'json'
  return { json, quiet: given('quiet'), ...(command !== undefined && { command }) }
}

/** Every flag of the program by name. Commands that share a name share the flag. */
export function allFlags(commands: readonly Command[]): ReadonlyMap<string, Flag> {
  return new Map([...COMMON_FLAGS, ...commands.flatMap(({ flags }) => flags)].map((flag) => [flag.name, flag]))
}

function find(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const names = [...commands.map((command) => command.name), 'help']
  throw usageError(`unknown command '${name}'`, didYouMean(name, names) ?? 'bedrock-monitor --help lists the commands')
}

function checkWords({ name, argument }: Command, words: readonly string[]): void {
  const hint = `bedrock-monitor ${name} --help`
  const extra = words[argument?.most ?? 0]
  if (extra !== undefined) throw usageError(`${name} takes no argument '${extra}'`, hint)
  for (const word of words) {
    if (word.trim() === '') throw usageError(`${name}: the argument '${word}' is empty`, hint)
    const rule = argument?.check?.(word)
    if (rule === undefined) continue
    throw usageError(`${name} ${word}: '${word}' is not ${rule}`, didYouMean(word, argument?.values) ?? hint)
  }
}

/** The flags that were given, each value checked. Throws a usage error that names the flag and its value. */
function checkedFlags(typed: Typed, { name: command, flags }: Command, all: ReadonlyMap<string, Flag>) {
  if (typed.badSwitch !== undefined) {
    const name = typed.badSwitch.replace(/=.*/s, '')
    throw usageError(`${typed.badSwitch}: a switch is true or false`, `pass ${name}, or ${name}=false`)
  }
  const own = new Map([...COMMON_FLAGS, ...flags].map((flag) => [flag.name, flag]))
  const values = new Map<string, FlagValue>()
  for (const name of all.keys()) {
    const value = typed.values[name]
    if (value === undefined) continue
    const flag = own.get(name)
    if (!flag) throw usageError(`${command} has no flag --${name}`, `bedrock-monitor ${command} --help lists its flags`)
    values.set(name, typeof value === 'boolean' ? value : checkedValues(command, flag, [value].flat().map(String)))
  }
  return values
}

function checkedValues(command: string, flag: Flag, given: readonly string[]): readonly string[] {
  const name = `--${flag.name}`
  if (!flag.list && given.length > 1) throw usageError(`${name} is given ${given.length} times`, 'give it once')
  const values = flag.list ? given.flatMap((value) => value.split(',')).map((value) => value.trim()) : given
  for (const value of values) {
    if (value.trim() === '' && !flag.mayBeEmpty) {
      if (given.some((one) => one.trim() === ''))
        throw usageError(`${name} needs a value`, `bedrock-monitor ${command} ${name} ${flag.value ?? ''}`.trim())
      const shown = flag.secret ? name : `${name} is '${given.join(',')}'`
      throw usageError(`${shown}: one of its values is empty`, 'leave out the extra comma')
    }
    const rule = flag.check?.(value)
    if (rule === undefined) continue
    // Some are only where a value begins: "file" is no slip for "file:", nor "discount=x" for "discount=".
    const others = flag.values?.filter((one) => !value.startsWith(one) && one !== `${value}:`)
    throw usageError(
      flag.secret ? `${name}: its value (not shown) is not ${rule}` : `${name} is '${value}': not ${rule}`,
      didYouMean(value, others) ?? `bedrock-monitor ${command} --help says more`,
    )
  }
  return values
}

function unknownFlag(shown: string, name: string | undefined, commands: readonly Command[]) {
  const command = commands.find((candidate) => candidate.name === name)
  const flags = [...COMMON_FLAGS, ...(command ? command.flags : commands.flatMap((each) => each.flags))]
  const names = flags.map((flag) => `--${flag.name}`)
  const list = `bedrock-monitor ${command ? `${command.name} ` : ''}--help lists the flags`
  return usageError(`unknown flag ${shown}`, (shown.startsWith('--') ? didYouMean(shown, names) : undefined) ?? list)
}

/** A command line split into words and flags, with what is wrong about its flags' names. */
type Typed = ReturnType<typeof readWords>

/** By yargs' parser, which only splits: it forgives too much. The rest of yargs takes 15 ms to load, for every command. */
function readWords(argv: readonly string[], flags: ReadonlyMap<string, Flag>) {
  const letters = new Map([...flags.values()].flatMap((flag) => (flag.alias ? [[flag.alias, flag] as const] : [])))
  const known = (name: string) => (name.length === 1 ? letters.get(name) : flags.get(name))
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const typed = argv.slice(0, end)
  const stranger = (word: string) => flagNames(word).find(({ text }) => !known(text))
  /** A switch that was given a value other than true or false. */
  const badSwitch = typed.find((word) => {
    const [last, value] = [flagNames(word).at(-1), /=(.*)$/s.exec(word)?.[1]]
    return last && value !== undefined && !known(last.text)?.value && !/^(true|false)$/.test(value)
  })
  const named = (isSwitch: boolean) =>
    [...flags.values()].filter(({ value }) => (value === undefined) === isSwitch).map(({ name }) => name)
  const parsed: Record<string, unknown> & { _: (string | number)[] } = Parser(
    [...typed.filter((word) => !stranger(word)).map(keepQuotes), ...argv.slice(end)],
    {
      boolean: named(true),
      string: named(false),
      alias: Object.fromEntries([...letters].map(([letter, flag]) => [flag.name, letter])),
      configuration: SPLIT_ONLY,
    },
  )
  // What looks like a negative number and is none ("-5d") is split into letters by yargs, past the check above.
  const odd = Object.keys(parsed).find((name) => name !== '_' && !flags.has(name))
  /** The first flag that no command has, with its dashes. */
  const unknown = typed.flatMap((word) => stranger(word) ?? [])[0]?.shown ?? (odd === undefined ? odd : `-${odd}`)
  const given = (flag: string) => parsed[flag] === true
  return { words: parsed._.map(String), values: parsed as Record<string, unknown>, given, unknown, badSwitch }
}

const SPLIT_ONLY = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'strip-aliased': true,
}

/** yargs takes a pair of quotes off the value of `--name="value"`, although the shell has done so already: one for it to take. */
const keepQuotes = (word: string) => word.replace(/^(--[^=]+)=((["'])[\s\S]*)$/, '$1="$2"')

/** The flags a word names: one for `--name` and `--name=value`, one a letter for `-yn`, none for a value or `-1`. */
function flagNames(word: string): { text: string; shown: string }[] {
  const long = /^--([^=]+)/.exec(word)?.[1]
  if (long !== undefined) return [{ text: long.length === 1 ? `--${long}` : long, shown: `--${long}` }]
  const short = /^-([^-=\d][^=]*)/.exec(word)?.[1]
  return [...(short ?? '')].map((letter) => ({ text: letter, shown: `-${letter}` }))
}

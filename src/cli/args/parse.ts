import { AppError, usageError } from '../../core/errors.ts'
import type { Command } from '../commands/command.ts'
import type { Args } from './args.ts'
import { allFlags, checkFlags, unknownFlag } from './check-flags.ts'
import { didYouMean } from './did-you-mean.ts'
import { readWords } from './words.ts'

/** What the command line asks for. */
export type Request =
  | { kind: 'version' }
  | { kind: 'help'; command: Command | undefined }
  | { kind: 'run'; command: Command; args: Args }

/**
 * Reads a command line. Everything is checked: a flag nobody knows, one of another command, one given twice, without its
 * value or with a wrong one, and words too many each throw a usage error that names what was typed. Help and the version
 * are given even where the rest is wrong.
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Request {
  const typed = readWords(argv, allFlags(commands))
  const [name, ...rest] = typed.words
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
    const rule = argument?.check?.(word)
    if (rule !== undefined) {
      throw usageError(`${name} ${word}: '${word}' is not ${rule}`, didYouMean(word, argument?.values) ?? hint)
    }
  }
}

interface Glance {
  /** As typed. */
  command?: string
  json: boolean
  quiet: boolean
}

/** What can be told of a line even where it is wrong. */
export function glance(argv: readonly string[], commands: readonly Command[]): Glance {
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

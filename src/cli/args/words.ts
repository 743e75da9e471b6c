import { Parser } from 'yargs/helpers'
import type { Flag } from './flag.ts'

/** A command line split into words and flags, with what is wrong about its flags' names. */
export interface Typed {
  words: string[]
  values: Record<string, unknown>
  given(flag: string): boolean
  /** The first flag that no command has, with its dashes. */
  unknown: string | undefined
  /** A switch that was given a value other than true or false. */
  badSwitch: string | undefined
}

/**
 * One pass over the words by yargs' parser: it splits, everything else is decided here, since it forgives too much. The rest
 * of yargs takes 15 ms to load, for every command.
 */
export function readWords(argv: readonly string[], flags: ReadonlyMap<string, Flag>): Typed {
  const letters = new Map([...flags.values()].flatMap((flag) => (flag.alias ? [[flag.alias, flag] as const] : [])))
  const known = (name: string) => (name.length === 1 ? letters.get(name) : flags.get(name))
  let unknown: string | undefined
  let badSwitch: string | undefined
  const words = beforeDashes(argv).filter((word) => {
    const names = flagNames(word)
    const stranger = names.find((name) => !known(name.text))
    if (stranger) unknown ??= stranger.shown
    const last = names.at(-1)
    const value = word.split('=').slice(1).join('=')
    if (last && word.includes('=') && known(last.text)?.value === undefined && !/^(true|false)$/.test(value)) {
      badSwitch ??= word
    }
    return stranger === undefined
  })
  const line = [...words.map(keepQuotes), ...argv.slice(beforeDashes(argv).length)]
  const parsed: Record<string, unknown> & { _: (string | number)[] } = Parser(line, {
    boolean: namesOf(flags, (flag) => flag.value === undefined),
    string: namesOf(flags, (flag) => flag.value !== undefined),
    alias: Object.fromEntries([...letters].map(([letter, flag]) => [flag.name, letter])),
    configuration: SPLIT_ONLY,
  })
  // What looks like a negative number and is none ("-5d") is split into letters by yargs, past the check above.
  const odd = Object.keys(parsed).find((name) => name !== '_' && !flags.has(name))
  if (odd !== undefined) unknown ??= `-${odd}`
  return { words: parsed._.map(String), values: parsed, given: (flag) => parsed[flag] === true, unknown, badSwitch }
}

function namesOf(flags: ReadonlyMap<string, Flag>, which: (flag: Flag) => boolean): string[] {
  return [...flags.values()].filter(which).map(({ name }) => name)
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
function keepQuotes(word: string): string {
  return word.replace(/^(--[^=]+)=((["'])[\s\S]*)$/, '$1="$2"')
}

/** The flags a word names: one for `--name` and `--name=value`, one a letter for `-yn`, none for a value or `-1`. */
function flagNames(word: string): { text: string; shown: string }[] {
  const long = /^--([^=]+)/.exec(word)?.[1]
  if (long !== undefined) return [{ text: long.length === 1 ? `--${long}` : long, shown: `--${long}` }]
  const short = /^-([^-=\d][^=]*)/.exec(word)?.[1]
  return [...(short ?? '')].map((letter) => ({ text: letter, shown: `-${letter}` }))
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

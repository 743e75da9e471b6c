import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseCommandLine } from '../../src/cli/args/parse.ts'
import { environmentLayer } from '../../src/cli/args/shared-flags.ts'
import { parseConfig } from '../../src/cli/session/config-parse.ts'
import { EXIT_CODE, isAppError } from '../../src/core/errors.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { SETTINGS } from '../../src/steps/settings.ts'
import { COMMANDS } from '../support/commands.ts'
import { THIRD } from '../support/share.ts'

const RUNS = THIRD.runs(4_000)
let cases = 0
afterAll(() => {
  process.stderr.write(`fuzz: ${cases} command lines, configuration files and environments\n`)
})

/** Runs what may refuse its input: with a usage error of one sentence, and with nothing else. */
function refusesOrTakes(work: () => unknown): void {
  cases += 1
  try {
    work()
  } catch (error) {
    if (!isAppError(error)) throw error
    expect(EXIT_CODE[error.kind]).toBe(2)
    expect(error.message).toMatch(/\S/)
    expect(error.message).not.toMatch(/undefined|\[object|NaN is/)
  }
}

const flags = COMMANDS.flatMap((command) => command.flags.map(({ name }) => `--${name}`))
const COMMON = [
  '--region',
  '--profile',
  '--json',
  '--no-input',
  '--no-color',
  '--quiet',
  '--debug',
  '--help',
  '--version',
]
const word = fc.oneof(
  fc.constantFrom(...COMMANDS.map(({ name }) => name)),
  fc.constantFrom(...flags, ...COMMON, '--endpoint-url', '--config', '-y', '-n', '-h', '--', '-', '='),
  fc.constantFrom(
    'us-east-1',
    'all',
    '24',
    '0',
    '-1',
    '1e9',
    '1.5',
    '9'.repeat(30),
    '',
    ' ',
    'http://x',
    'a@b.c',
    '__proto__',
  ),
  fc
    .tuple(fc.constantFrom(...flags, ...COMMON), fc.string({ unit: 'binary' }))
    .map(([flag, value]) => `${flag}=${value}`),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

test('every command line is taken or refused with one line', () => {
  const line = fc.array(word, { maxLength: 8 })
  fc.assert(
    fc.property(line, (argv) =>
      refusesOrTakes(() => {
        const request = parseCommandLine(argv, COMMANDS)
        if (request.kind === 'run') request.command.parse(request.args)
      }),
    ),
    { numRuns: RUNS },
  )
})

const value = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', -0, 1e308, true, null),
)
const settings = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...SETTINGS.map(({ key }) => key), '$schema', 'prices', '__proto__', 'constructor'),
    fc.string(),
  ),
  value,
  { maxKeys: 6 },
)

test('every configuration file is taken or refused with one line', () => {
  const text = fc.oneof(
    settings.map((content) => JSON.stringify(content)),
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.tuple(settings, fc.nat({ max: 60 })).map(([content, end]) => JSON.stringify(content).slice(0, end)),
  )
  fc.assert(
    fc.property(text, (content) =>
      refusesOrTakes(() => resolveSettings([parseConfig(content, 'bedrock-monitor.json')])),
    ),
    { numRuns: RUNS },
  )
})

test('every environment is taken or refused with one line', () => {
  const name = fc.constantFrom(...SETTINGS.flatMap(({ env }) => env))
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      '0',
      '30',
      '-1',
      '1e3',
      ' 30 ',
      'NaN',
      'Infinity',
      'true',
      'strict',
      'a@b.c,',
      'https://',
      'arn:aws:sns:',
    ),
  )
  fc.assert(
    fc.property(fc.dictionary(name, text, { maxKeys: 5 }), (env) =>
      refusesOrTakes(() => resolveSettings([environmentLayer(env)])),
    ),
    { numRuns: RUNS / 2 },
  )
})

import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { COMMON_FLAGS } from '../../../src/cli/args/flag.ts'
import { glance, parseCommandLine } from '../../../src/cli/args/parse.ts'
import { isAppError } from '../../../src/core/errors.ts'
import { withoutGivenSecrets } from '../../../src/core/secrets.ts'
import { FORMATS } from '../../../src/report/formats/index.ts'
import { COMMANDS } from '../../support/commands.ts'
import { THIRD } from '../../support/share.ts'

function refusal(line: string | readonly string[]): { message: string; hint: string | undefined } {
  try {
    parseCommandLine(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, COMMANDS)
  } catch (error) {
    if (isAppError(error) && error.kind === 'usage') return { message: error.message, hint: error.hint }
    throw error
  }
  throw new Error(`not refused: ${String(line)}`)
}

function accepted(line: string) {
  const request = parseCommandLine(line.split(' '), COMMANDS)
  if (request.kind !== 'run') throw new Error(`not run: ${line}`)
  return request
}

describe('a wrong word is refused and named', () => {
  test.each([
    ['', 'no command given', 'bedrock-monitor --help lists the commands'],
    ['stauts', "unknown command 'stauts'", 'did you mean status?'],
    ['xyzzy', "unknown command 'xyzzy'", 'bedrock-monitor --help lists the commands'],
    ['status now', "status takes no argument 'now'", 'bedrock-monitor status --help'],
    ['report 24', "report takes no argument '24'", 'bedrock-monitor report --help'],
    ['report -- --json', "report takes no argument '--json'", 'bedrock-monitor report --help'],
    ['xyzzy --help', "unknown command 'xyzzy'", 'bedrock-monitor --help lists the commands'],
  ])('%p', (line, message, hint) => {
    expect(refusal(line)).toEqual({ message, hint })
  })
})

describe('a wrong flag is refused and named', () => {
  test.each([
    ['report --hour 24', 'unknown flag --hour', 'did you mean --hours?'],
    ['report --xyzzy', 'unknown flag --xyzzy', 'bedrock-monitor report --help lists the flags'],
    ['--xyzzy report', 'unknown flag --xyzzy', 'bedrock-monitor report --help lists the flags'],
    ['report -x', 'unknown flag -x', 'bedrock-monitor report --help lists the flags'],
    ['setup -ynx', 'unknown flag -x', 'bedrock-monitor setup --help lists the flags'],
    ['setup -5d', 'unknown flag -5', 'bedrock-monitor setup --help lists the flags'],
    ['setup --no-yes', 'unknown flag --no-yes', 'bedrock-monitor setup --help lists the flags'],
    ['setup --constructor x', 'unknown flag --constructor', 'bedrock-monitor setup --help lists the flags'],
    ['setup --__proto__ x', 'unknown flag --__proto__', 'bedrock-monitor setup --help lists the flags'],
    ['setup --hours 24', 'setup has no flag --hours', 'bedrock-monitor setup --help lists its flags'],
    ['report --yes', 'report has no flag --yes', 'bedrock-monitor report --help lists its flags'],
    ['status --dry-run', 'status has no flag --dry-run', 'bedrock-monitor status --help lists its flags'],
    ['setup --yes=maybe', '--yes=maybe: a switch is true or false', 'pass --yes, or --yes=false'],
    ['setup -y=1', '-y=1: a switch is true or false', 'pass -y, or -y=false'],
    ['alarms --yes', '--yes goes with alarms sync, not with the list of alarms', 'leave out --yes'],
    ['alarms list -n', '--dry-run goes with alarms sync, not with the list of alarms', 'leave out --dry-run'],
    ['alarms sync --top 3', '--top goes with the list of alarms, not with alarms sync', 'leave out --top'],
    ['cache --yes', '--yes goes with cache clear only', 'leave out --yes'],
    ['config check --force', '--force goes with config init only', 'leave out --force'],
    ['permissions all --format json', '--format goes with permissions reader only', 'leave out --format'],
    ['prices --check --top 3', '--top goes with the list of prices, not with --check', 'leave out --top'],
    ['prices --check --tier flex', '--tier goes with the list of prices, not with --check', 'leave out --tier'],
    ['prices nova --check', "prices --check takes no argument 'nova'", 'leave it out'],
    ['query tokens-by-model --key team', '--key goes with requests-by-metadata only', 'leave out --key'],
    ['query tokens-by-model --save --key a', '--key goes with requests-by-metadata only', 'leave out --key'],
    [
      'query tokens-by-model --show -o a.txt',
      '--output goes with a query that is run, not with --show',
      'leave out --output',
    ],
    ['query --save --last 7d', '--last goes with a query that is run, not with --save', 'leave out --last'],
    ['report --json --format table', '--json and --format table contradict each other', 'pass one of them'],
  ])('%p', (line, message, hint) => {
    const refused = () => {
      const request = parseCommandLine(line.split(' '), COMMANDS)
      if (request.kind === 'run') request.command.parse(request.args)
    }
    expect(refused).toThrow(expect.objectContaining({ kind: 'usage', message, hint }))
  })
})

describe('a wrong value is refused, named, and what is right is said', () => {
  const hours = 'a whole number from 1 to 8760'
  test.each([
    ...['0', '-1', '1.5', 'abc', '8761', '1e3', '0x10', '24h', 'NaN', '999999999999999999999'].map(
      (value) => [`report --hours ${value}`, `--hours is '${value}': not ${hours}`] as const,
    ),
    ['report --hours=-1', `--hours is '-1': not ${hours}`],
    ['report --hours 1 --hours 2', '--hours is given 2 times'],
    ['report --hours', '--hours needs a value'],
    ['report --hours=', '--hours needs a value'],
    ['report --hours --json', '--hours needs a value'],
    ['report --profile', '--profile needs a value'],
    ['report --region', '--region needs a value'],
    ['report --by model --by', '--by needs a value'],
    ['report --region us-east-1,', "--region is 'us-east-1,': one of its values is empty"],
    ['report --region us-east-1 --region ,', "--region is 'us-east-1,,': one of its values is empty"],
    ['report --notify slack:$A,', '--notify: one of its values is empty'],
    ['report --format yaml', `--format is 'yaml': not one of ${FORMATS.map(({ name }) => name).join(', ')}`],
    [
      'report --endpoint-url localhost:4566',
      "--endpoint-url is 'localhost:4566': not an http or https URL, such as http://127.0.0.1:4566",
    ],
    [
      'report --endpoint-url ftp://host',
      "--endpoint-url is 'ftp://host': not an http or https URL, such as http://127.0.0.1:4566",
    ],
    ['report --config a --config b', '--config is given 2 times'],
    ['sandbox --port 65536', "--port is '65536': not a whole number from 0 to 65535"],
    ['sandbox --seed -1', "--seed is '-1': not a whole number from 0 to 4294967295"],
    ['setup --only', '--only needs a value'],
    ['setup --email --yes', '--email needs a value'],
  ] as const)('%p', (line, message) => {
    const { message: said, hint } = refusal(line)
    expect(said).toBe(message)
    expect(hint).toBeTruthy()
  })

  test.each([
    ['report --format tabel', 'did you mean table?'],
    ['report --source metric', 'did you mean metrics?'],
    ['report --by modle', 'did you mean model?'],
    ['report --timezone Europe/Berln', 'did you mean Europe/Berlin?'],
    ['query --format csb', 'did you mean csv?'],
    ['sandbox --bill discount=x', 'bedrock-monitor sandbox --help says more'],
    ['sandbox --bill discuont=5', 'did you mean discount=?'],
    ['query costliest-request', 'did you mean costliest-requests?'],
    ['setup --only alarm', 'did you mean alarms?'],
    ['cleanup --skip iam,logs', 'bedrock-monitor cleanup --help says more'],
    ['setup --alarms strickt', 'did you mean strict?'],
    ['alarms snyc', 'did you mean sync?'],
    ['permissions reprot', 'did you mean report?'],
    ['report --no-colour', 'did you mean --no-color?'],
    ['hlep', 'did you mean help?'],
    ['help reprot', 'did you mean report?'],
  ])('%p: %s', (line, hint) => {
    expect(refusal(line).hint).toBe(hint)
  })

  test('quotes that the shell left are part of the value', () => {
    expect(refusal(['report', '--hours="24"']).message).toContain(`'"24"'`)
    expect(refusal(['report', "--hours=''"]).message).toContain(`''''`)
    expect(refusal(['report', '--hours', '"24"']).message).toContain(`'"24"'`)
  })

  test('an empty or blank text is no value', () => {
    expect(refusal(['report', '--hours', '']).message).toBe('--hours needs a value')
    expect(refusal(['report', '--profile', '  ']).message).toBe('--profile needs a value')
    expect(refusal(['prices', '']).message).toBe("prices: the argument '' is empty")
    expect(refusal(['query', ' ']).message).toBe("query: the argument ' ' is empty")
  })
})

describe('what is right is read', () => {
  test.each([
    [
      'report --hours 1',
      { window: { length: 3_600_000, timeZone: 'UTC' }, format: expect.objectContaining({ name: 'table' }) },
    ],
    [
      'report --hours=8760 --json',
      { window: { length: 31_536_000_000, timeZone: 'UTC' }, format: expect.objectContaining({ name: 'json' }) },
    ],
    [
      'report --format json',
      { window: undefined, source: 'metrics', by: ['model'], format: expect.objectContaining({ name: 'json' }) },
    ],
    ['--json report', { window: undefined, format: expect.objectContaining({ name: 'json' }) }],
    [
      '--hours 5 report',
      { window: { length: 18_000_000, timeZone: 'UTC' }, format: expect.objectContaining({ name: 'table' }) },
    ],
    ['setup -yn', { yes: true, dryRun: true, replaceLogging: false }],
    ['setup --yes=false', { yes: false }],
    ['setup --only 1,2b --only alarms', { only: ['1', '2b', 'alarms'], skip: [] }],
    ['cleanup --keep-data --skip 3', { keepData: true, includeAdopted: false, skip: ['3'] }],
    ['status --exit-code', { exitCode: true }],
    ['setup --high-token-threshold 5', { settings: expect.objectContaining({ values: { highTokenThreshold: '5' } }) }],
    ['setup --page-once', { settings: expect.objectContaining({ values: { pageOnce: 'true' } }) }],
    ['setup --page-once=false', { settings: expect.objectContaining({ values: { pageOnce: 'false' } }) }],
    ['setup --page-once --page-once=false', { settings: expect.objectContaining({ values: { pageOnce: 'false' } }) }],
    ['alarms --anomaly false', { settings: expect.objectContaining({ values: { anomaly: 'false' } }) }],
    ['sandbox --port 0', { port: 0, seed: undefined }],
    ['demo --seed 7', { seed: 7 }],
  ])('%p', (line, options) => {
    const { command, args } = accepted(line)
    expect(command.parse(args)).toMatchObject(options)
  })

  test.each([
    ['--help', undefined],
    ['help', undefined],
    ['help report', 'report'],
    ['report --help', 'report'],
    ['report -h --hours abc --xyzzy', 'report'],
  ])('%p asks for help, whatever else is wrong', (line, command) => {
    const request = parseCommandLine(line.split(' '), COMMANDS)
    expect(request.kind === 'help' && (request.command?.name ?? 'main')).toBe(command ?? 'main')
  })

  test('--version asks for the version', () => {
    expect(parseCommandLine(['report', '--version'], COMMANDS)).toEqual({ kind: 'version' })
  })
})

describe('whether the result is to be JSON, and whether to be quiet, is seen even where the line is wrong', () => {
  test.each([
    ['report --json --xyzzy', { command: 'report', json: true, quiet: false }],
    ['report --format=json --hours abc', { command: 'report', json: true, quiet: false }],
    ['--json', { json: true, quiet: false }],
    ['-q --xyzzy', { json: false, quiet: true }],
    ['report --json=false', { command: 'report', json: false, quiet: false }],
    ['report -- --json', { command: 'report', json: false, quiet: false }],
    ['xyzzy --json --constructor', { command: 'xyzzy', json: true, quiet: false }],
  ])('%p', (line, seen) => {
    expect(glance(line.split(' '), COMMANDS)).toEqual(seen)
  })
})

describe('(8) command-line validation', () => {
  const words = fc.constantFrom(
    ...COMMANDS.map(({ name }) => name),
    ...COMMANDS.flatMap(({ flags }) => flags.map(({ name }) => `--${name}`)),
    ...COMMON_FLAGS.map(({ name }) => `--${name}`),
    '-y',
    '-h',
    '--',
    '',
  )
  const anything = fc.oneof(
    words,
    fc.string(),
    fc.string().map((text) => `--${text}`),
    fc.string().map((text) => `-${text}`),
  )

  test('any line is either read or refused with one line and what mends it', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 8 }), (argv) => {
        try {
          const request = parseCommandLine(argv, COMMANDS)
          if (request.kind === 'run') request.command.parse(request.args)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError', kind: 'usage' })
          expect((error as Error).message).not.toBe('')
        }
      }),
      { numRuns: THIRD.runs(1_000) },
    )
  })

  test('hours are accepted exactly when they are a whole number from 1 to 8760', () => {
    const value = fc.oneof(
      fc.integer({ min: -10, max: 9_000 }).map(String),
      fc.double().map(String),
      fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
      fc.constantFrom('""', '"24"', "'24'", '"', '=', '==24'),
    )
    fc.assert(
      fc.property(value, (text) => {
        const valid = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 8_760
        let read: unknown
        try {
          const { command, args } = parseCommandLine(['report', `--hours=${text}`], COMMANDS) as ReturnType<
            typeof accepted
          >
          read = (command.parse(args) as unknown as { window: { length: number } }).window.length
        } catch (error) {
          expect(error).toMatchObject({
            kind: 'usage',
            // What looks like a login is not told.
            message: withoutGivenSecrets(`--hours is '${text}': not a whole number from 1 to 8760`),
          })
        }
        expect(read).toBe(valid ? Number(text) * 3_600_000 : undefined)
      }),
      { numRuns: THIRD.runs(1_000) },
    )
  })

  test('a flag that no command has is never accepted', () => {
    const known = new Set([...COMMON_FLAGS, ...COMMANDS.flatMap(({ flags }) => flags)].map(({ name }) => name))
    const stranger = fc.stringMatching(/^[a-z][a-z-]{1,15}$/).filter((name) => !known.has(name))
    fc.assert(
      fc.property(fc.constantFrom(...COMMANDS), stranger, fc.string(), ({ name }, flag, value) => {
        expect(refusal([name, `--${flag}=${value}`]).message).toBe(withoutGivenSecrets(`unknown flag --${flag}`))
      }),
      { numRuns: 200 },
    )
  })

  test('a line that its command alone can read is read the same with all of them', () => {
    const value = fc.constantFrom('24', '2026-11-01', 'model', 'us-east-1', 'strict', 'true', 'x', '')
    const given = fc.tuple(words, value).map(([flag, text]) => `${flag}=${text}`)
    let read = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...COMMANDS),
        fc.array(fc.oneof(words, value, given), { maxLength: 4 }),
        (only, rest) => {
          const argv = [only.name, ...rest]
          const alone = outcome(argv, [only])
          if (alone === undefined) return
          read += 1
          expect(outcome(argv, COMMANDS)).toEqual(alone)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(read).toBeGreaterThan(100)
  })
})

/** What comes of a line; nothing where it is refused before its command is asked. */
function outcome(argv: readonly string[], commands: typeof COMMANDS): unknown {
  let request: ReturnType<typeof parseCommandLine>
  try {
    request = parseCommandLine(argv, commands)
  } catch {
    return undefined
  }
  if (request.kind !== 'run') return request
  const { command, args } = request
  const said = { name: command.name, words: args.words }
  try {
    return { ...said, options: inspect(command.parse(args), { depth: null }) }
  } catch (error) {
    return { ...said, refused: (error as Error).message }
  }
}

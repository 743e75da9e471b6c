import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseCommandLine } from '../../../../src/cli/args/parse.ts'
import type { Command } from '../../../../src/cli/command.ts'
import { bound, rowsText } from '../../../../src/cli/commands/mcp/answer.ts'
import { commandLine, inputSchema, inWordsOf, TOOLS, type Tool } from '../../../../src/cli/commands/mcp/tools.ts'
import { COMMANDS } from '../../../support/commands.ts'

const commandOf = ({ command }: Tool): Command => {
  const found = COMMANDS.find(({ name }) => name === command)
  if (!found) throw new Error(`no ${command}`)
  return found
}
const toolNamed = (name: string): Tool => {
  const found = TOOLS.find((tool) => tool.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}
const line = (name: string, input: Record<string, unknown>, passed: [string, string][] = []) =>
  commandLine(toolNamed(name), commandOf(toolNamed(name)), input, new Map(passed))

describe('a call is a command line', () => {
  test.each([
    ['usage', { last: '7d', by: ['day', 'model'] }, 'report --top=20 --last=7d --by=day,model --json --no-input'],
    ['usage', { hours: 3, top: 5, quotas: true }, 'report --top=5 --hours=3 --quotas --json --no-input'],
    ['usage', { quotas: false, by: null, where: [] }, 'report --top=20 --json --no-input'],
    ['cost', {}, 'report --source=bill --top=20 --json --no-input'],
    ['prices', { models: ['nova', 'haiku'] }, 'prices --json --no-input -- nova haiku'],
    ['query', { name: 'errors-by-code', limit: 7 }, 'query --limit=7 --json --no-input -- errors-by-code'],
    ['alarms', { region: ['us-east-1', 'eu-west-1'] }, 'alarms --region=us-east-1,eu-west-1 --json --no-input'],
  ])('%s %j', (name, input, expected) => {
    expect(line(name, input).join(' ')).toBe(expected)
  })

  test('inputs outweigh what the server was started with', () => {
    const passed: [string, string][] = [
      ['region', 'us-east-1'],
      ['profile', 'prod'],
    ]
    expect(line('doctor', { region: 'eu-west-1' }, passed)).toContain('--region=eu-west-1')
    expect(line('doctor', {}, passed)).toEqual([
      'doctor',
      '--region=us-east-1',
      '--profile=prod',
      '--json',
      '--no-input',
    ])
  })

  test.each([
    ['usage', { output: '/tmp/x' }, "usage has no input 'output'"],
    ['usage', { profile: 'other' }, "usage has no input 'profile'"],
    ['usage', { bye: 'model' }, "usage has no input 'bye'"],
    ['usage', { source: 'file:/etc' }, 'source is not one of metrics, logs, s3'],
    ['cost', { source: 'cur:s3://x' }, "cost has no input 'source'"],
    ['usage', { by: { model: 1 } }, 'by is not a text'],
    ['usage', { quotas: 'yes' }, 'quotas is not true or false'],
    ['usage', { by: 'x'.repeat(10_001) }, 'by is not a text or list of at most 10000 characters'],
    ['usage', { where: Array(5_000).fill('a=b') }, 'where is not a text or list of at most'],
    ['query', {}, 'name is not one of tokens-by-model'],
    ['query', { name: ['a', 'b'] }, 'name is not one of'],
    ['query', { name: 'tokens-by-model', save: true }, "query has no input 'save'"],
  ])('%s %j is refused', (name, input, message) => {
    expect(() => line(name, input)).toThrow(message)
  })

  test.each([
    [
      'usage',
      "--since 'x': not a date; pass --by day or --output FILE",
      "since 'x': not a date; pass by day or the command line's --output FILE",
    ],
    ['alarms', 'bedrock-monitor alarms --help lists its flags', 'the inputs of alarms are region, where, sort, top'],
    [
      'prices',
      'bedrock-monitor prices --help says more',
      'the inputs of prices are models, region, tier, where, sort, top',
    ],
    ['usage', 'bedrock-monitor setup --region us-east-1', 'bedrock-monitor setup --region us-east-1'],
    [
      'usage',
      'turn logging on with bedrock-monitor setup --region us-east-1, name another group with --log-group-name, or use --source metrics, which needs no setup',
      'turn logging on with bedrock-monitor setup --region us-east-1, name another group with the setting logGroupName, or use source metrics, which needs no setup',
    ],
    ['usage', 'pass --source logs, --source s3, --source athena or --source file:PATH', 'pass source logs or s3'],
    [
      'cost',
      'pass --source logs, --source cur:PATH or --source s3, which have it',
      'pass source logs or s3 of the tool usage, which have it',
    ],
    ['cost', '--sort calls and --source bill contradict', 'sort calls and what AWS billed contradict'],
    ['reconcile', 'include them with --accounts', "include them with the server's --accounts"],
    ['usage', 'or pass --no-cache', "or pass the command line's --no-cache"],
    ['prices', 'no price in us-east-1 matches --where', 'no price in us-east-1 matches where'],
    ['query', 'bedrock-monitor query requests-by-metadata --key team', 'key team'],
    [
      'alarms',
      'run bedrock-monitor report --hours 2 --source logs --by identity --region us-east-1, which shows who calls. Pass --sort',
      'run bedrock-monitor report --hours 2 --source logs --by identity --region us-east-1, which shows who calls. Pass sort',
    ],
    ['alarms', 'bedrock-monitor alarms sync --region eu-west-1', 'bedrock-monitor alarms sync --region eu-west-1'],
    [
      'query',
      'bedrock-monitor query --help',
      'the inputs of query are name, region, last, hours, since, until, model, where, key, limit, sort',
    ],
  ])('what %s says is told of its inputs: %s', (name, text, expected) => {
    expect(inWordsOf(toolNamed(name), commandOf(toolNamed(name)), text)).toBe(expected)
  })

  test('no input becomes a flag of its own, or reads a file, writes one or changes anything', () => {
    const inputs = fc.oneof(
      fc.string(),
      fc.constantFrom('--output=/tmp/x', '--save', '-o', '--', '--config=/x', 'a\n--save'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...TOOLS), inputs, fc.array(inputs, { maxLength: 3 }), (tool, text, list) => {
        const command = commandOf(tool)
        const names = Object.keys(inputSchema(tool, command).properties as object)
        for (const name of names) {
          for (const value of [text, list]) {
            let argv: string[]
            try {
              argv = commandLine(tool, command, { [name]: value }, new Map())
            } catch {
              continue
            }
            let request: ReturnType<typeof parseCommandLine>
            try {
              request = parseCommandLine(argv, COMMANDS)
            } catch {
              continue
            }
            if (request.kind !== 'run') throw new Error(`${argv.join(' ')} is ${request.kind}`)
            expect(request.command.name).toBe(tool.command)
            expect(request.args.is('json')).toBe(true)
            for (const flag of ['output', 'config', 'profile', 'endpoint-url']) {
              expect(request.args.text(flag)).toBeUndefined()
            }
            for (const flag of ['save', 'open', 'yes']) expect(request.args.is(flag)).toBe(false)
          }
        }
      }),
    )
  })
})

test('every input is one of the command’s own flags, described as there', () => {
  for (const tool of TOOLS) {
    const properties = inputSchema(tool, commandOf(tool)).properties as Record<string, { description: string }>
    const wanted = ['region', ...tool.inputs, ...(tool.words ? [tool.words.input] : [])].map((name) =>
      name.replaceAll('-', '_'),
    )
    expect(Object.keys(properties).sort()).toEqual(wanted.sort())
    for (const { description } of Object.values(properties)) expect(description).toMatch(/\w/)
    for (const writing of ['save', 'yes', 'output', 'open', 'notify', 'config', 'profile', 'endpoint-url']) {
      expect(tool.inputs).not.toContain(writing)
    }
  }
})

describe('an answer is short', () => {
  test('lists are cut, and what is cut is told', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({ key: { model: `m${index}` }, text: 'x'.repeat(50) }))
    const { result, cut } = bound({ groups: rows, series: rows, ok: true }, { drops: ['series'] })
    expect(result.series).toBeUndefined()
    expect(result.ok).toBe(true)
    expect(cut).toEqual(['groups: the first 100 of 5,000'])
    expect(JSON.stringify(result).length).toBeLessThan(60_000)
  })

  test('the larger the rows, the fewer', () => {
    const rows = Array.from({ length: 50 }, () => ({ text: 'x'.repeat(4_000) }))
    const { result, cut } = bound({ rows }, {})
    expect(cut).toEqual(['rows: the first 5 of 50'])
    expect(result.rows).toHaveLength(5)
  })

  test('rows are CSV without columns in which nothing stands', () => {
    const rows = [
      {
        key: { model: 'a,b' },
        costUsd: 1.23456789,
        invocations: 3,
        images: 0,
        latencyMs: { p50: null, p99: 12.34567 },
      },
      { key: { model: 'c' }, costUsd: null, invocations: 0, images: 0, latencyMs: { p50: null, p99: null } },
    ]
    expect(rowsText(rows)).toBe('model,costUsd,invocations,latencyMs.p99\n"a,b",1.2346,3,12.3457\nc,,0,\n')
    expect(rowsText([])).toBe('')
  })
})

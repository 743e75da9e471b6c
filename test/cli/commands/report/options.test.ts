import { describe, expect, it } from '@jest/globals'
import { parseCommandLine } from '../../../../src/cli/args/parse.ts'
import type { ReportOptions } from '../../../../src/cli/commands/report/options.ts'
import { COMMANDS } from '../../../support/commands.ts'

function optionsOf(line: string): ReportOptions {
  const request = parseCommandLine(['report', ...line.split(' ').filter(Boolean)], COMMANDS)
  if (request.kind !== 'run') throw new Error(`not a run: ${request.kind}`)
  return request.command.parse(request.args) as unknown as ReportOptions
}

describe('report reads', () => {
  it.each<[string, object]>([
    [
      '',
      {
        window: undefined,
        source: 'metrics',
        by: ['model'],
        timeZone: 'UTC',
        format: expect.objectContaining({ name: 'table' }),
        output: undefined,
      },
    ],
    ['--last 7d', { window: { length: 604_800_000, since: undefined, until: undefined, timeZone: 'UTC' } }],
    [
      '--since 2026-11-01 --until 2026-11-02T10:00Z --timezone Asia/Kolkata',
      {
        timeZone: 'Asia/Kolkata',
        window: { length: undefined, since: '2026-11-01', until: '2026-11-02T10:00Z', timeZone: 'Asia/Kolkata' },
      },
    ],
    ['--timezone Europe/Berlin', { window: undefined, timeZone: 'Europe/Berlin' }],
    ['--source logs --by identity,model --by day,model', { source: 'logs', by: ['identity', 'model', 'day', 'model'] }],
    ['--source s3 --by metadata:team', { source: 's3', by: ['metadata:team'] }],
    ['--source file:C:/logs/x.json.gz', { source: 'file', path: 'C:/logs/x.json.gz' }],
    ['--source file:-', { source: 'file', path: '-' }],
    ['--output usage.HTML', { output: 'usage.HTML', format: expect.objectContaining({ name: 'html' }) }],
    ['--output usage.txt', { format: expect.objectContaining({ name: 'table' }) }],
    ['--output page.htm', { format: expect.objectContaining({ name: 'html' }) }],
    ['--output usage.2026 --format csv', { format: expect.objectContaining({ name: 'csv' }) }],
    ['--output usage.md', { format: expect.objectContaining({ name: 'markdown' }) }],
    ['--output usage.csv --format json', { format: expect.objectContaining({ name: 'json' }) }],
    ['--output usage.csv --json', { format: expect.objectContaining({ name: 'json' }) }],
    ['--output usage', { format: expect.objectContaining({ name: 'table' }) }],
    ['--fail-over-usd 0.25 --max-error-rate 5%', { gates: { failOverUsd: 0.25, maxErrorRate: 0.05 } }],
    ['--fail-over-usd 0', { gates: { failOverUsd: 0 } }],
    ['--offline', { offline: true }],
    [
      '--format focus',
      {
        by: ['account', 'region', 'model'],
        charges: ['day', 'account', 'region', 'model'],
        version: undefined,
        isInBytes: false,
      },
    ],
    [
      '--format focus --by identity,hour,region -o x.csv --focus-version 1.4 --source logs',
      { charges: ['hour', 'account', 'region', 'model', 'identity'], version: '1.4', isInBytes: false },
    ],
    ['-o x.PARQUET', { format: expect.objectContaining({ name: 'focus' }), isInBytes: true }],
    ['-o x --split-by model --format focus', { isInBytes: true }],
    ['-o x.parquet --format csv', { by: ['model'], charges: undefined, isInBytes: false }],
  ])('%p', (line, options) => expect(optionsOf(line)).toMatchObject(options))
})

describe('report refuses', () => {
  it.each<[string, RegExp]>([
    ['--source logs --quotas', /--quotas and --source logs contradict/],
    ['--format focus --by week', /--by week and --format focus contradict each other: a row is of a day or an hour/],
    ['-o x.parquet --timezone Europe/Berlin', /--timezone Europe\/Berlin and --format focus contradict/],
    ['--format focus --top 3', /--top and --format focus contradict/],
    ['--format focus --sort tokens', /--sort and --format focus contradict/],
    ['--format focus --columns cost', /--columns and --format focus contradict/],
    ['--format focus --compare previous', /--compare and --format focus contradict/],
    ['--focus-version 1.4', /--focus-version needs --format focus/],
    ['--format focus --focus-version 1.3', /--focus-version is '1.3': not one of 1.2, 1.4/],
    ['--source bill --sort errors:asc', /--sort errors and --source bill contradict each other: a bill knows no calls/],
    ['--source bill --sort cost,latency', /--sort latency and --source bill contradict/],
    ['--source bill --columns cost,calls', /--columns invocations and --source bill contradict/],
    ['--source bill --max-error-rate 1%', /--max-error-rate and --source bill contradict/],
    ['--format focus --by person', /--by is 'person': not one of/],
    ['--last 7', /--last is '7': not a length such as 36h, 7d/],
    ['--last 7d --hours 3', /--hours 3 and --last 7d contradict each other/],
    ['--since 2026-11-01 --last 7d', /--since 2026-11-01 and --last 7d contradict each other/],
    ['--since 2026-11-01 --hours 7', /--since 2026-11-01 and --hours 7 contradict each other/],
    ['--since 2026-02-30', /--since is '2026-02-30': not a date or time/],
    ['--until tomorrow', /--until is 'tomorrow': not a date or time/],
    ['--timezone Berlin', /--timezone is 'Berlin': not a time zone/],
    ['--source cloudtrail', /--source is 'cloudtrail': not one of metrics, logs, s3, .*file:PATH$/],
    ['--source file:', /--source is 'file:': not one of/],
    ['--source file', /--source is 'file': not one of/],
    ['--by year', /--by is 'year': not one of model/],
    ['--by model,', /--by is 'model,': one of its values is empty/],
    ['--by metadata:', /--by is 'metadata:': not one of/],
    ['--by identity', /--by identity: CloudWatch metrics do not have it/],
    ['--by metadata:team', /--by metadata:team: CloudWatch metrics do not have it/],
    ['--fail-over-usd $5', /--fail-over-usd is '\$5': not an amount/],
    ['--fail-over-usd=-1', /--fail-over-usd is '-1': not an amount/],
    ['--max-error-rate 5', /--max-error-rate is '5': not a rate/],
    ['--max-error-rate 101%', /--max-error-rate is '101%': not a rate/],
    ['--output usage.xlsx', /--output usage\.xlsx: no format has the file extension \.xlsx/],
    ['--json --format html', /--json and --format html contradict each other/],
  ])('%p', (line, message) => {
    expect(() => optionsOf(line)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
    )
  })
})

describe('report says what to pass instead', () => {
  it.each([
    ['--source bill --quotas', /^pass --source metrics$/],
    ['--source bill --sort errors', /^pass --source metrics or logs or s3 or athena or file:PATH$/],
    ['--source file', /^bedrock-monitor report --help says more$/],
    ['--source file:', /^bedrock-monitor report --help says more$/],
    ['--source bil', /^did you mean bill\?$/],
  ])('%p', (line, hint) => {
    expect(() => optionsOf(line)).toThrow(expect.objectContaining({ kind: 'usage', hint: expect.stringMatching(hint) }))
  })
})

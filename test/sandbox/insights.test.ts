import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { extractFields, type QueriedEvent } from '../../src/sandbox/services/insights/fields.ts'
import { parseQuery } from '../../src/sandbox/services/insights/parse.ts'
import { runQuery } from '../../src/sandbox/services/insights/run.ts'
import { QuerySyntaxError } from '../../src/sandbox/services/insights/syntax.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000

function eventOf(message: unknown, minutes = 0): QueriedEvent {
  const timestamp = NOON + minutes * MINUTE
  return {
    timestamp,
    message: typeof message === 'string' ? message : JSON.stringify(message),
    logStream: 'aws/bedrock/modelinvocations',
    log: '111122223333:g',
    ptr: `p${minutes}`,
  }
}

const EVENTS = [
  eventOf('Permissions are correctly set for Amazon Bedrock logs.', 0),
  eventOf({ modelId: 'nova', operation: 'Converse', input: { inputTokenCount: 10 }, tags: ['x', { b: 7 }] }, 1),
  eventOf(
    { modelId: 'nova', operation: 'InvokeModel', input: { inputTokenCount: 20 }, requestMetadata: { team: 'a' } },
    2,
  ),
  eventOf({ modelId: 'claude', operation: 'Converse', input: { inputTokenCount: 3 }, errorCode: 'Throttling' }, 70),
  eventOf({ modelId: 'claude', operation: 'Converse', input: {}, free: 'He said "inputTokenCount": 5' }, 130),
]

function run(query: string, events: QueriedEvent[] = EVENTS, limit = 10_000) {
  return runQuery(parseQuery(query), events, limit)
}

/** The rows as objects, without the pointer to the event. */
function rows(query: string, events?: QueriedEvent[]): Record<string, string>[] {
  return run(query, events).rows.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value])),
  )
}

/** The values of a single column. */
function column(query: string, events?: QueriedEvent[]): (string | undefined)[] {
  return rows(query, events).map((row) => Object.values(row)[0])
}

describe('a query', () => {
  test('without fields shows time and message, newest first, with a pointer to each event', () => {
    const [first, ...others] = run('filter ispresent(modelId)').rows
    expect(first).toEqual([
      { field: '@timestamp', value: '2026-11-23 14:10:00.000' },
      { field: '@message', value: EVENTS[4]?.message },
      { field: '@ptr', value: 'p130' },
    ])
    expect(others).toHaveLength(3)
  })

  test('leaves out what an event lacks', () => {
    expect(rows('fields modelId, errorCode | sort @timestamp asc | limit 4')).toEqual([
      {},
      { modelId: 'nova' },
      { modelId: 'nova' },
      { modelId: 'claude', errorCode: 'Throttling' },
    ])
  })

  test.each<[string, (string | undefined)[]]>([
    ['fields modelId | sort @timestamp asc | limit 2', [undefined, 'nova']],
    ['fields input.inputTokenCount as n | filter n > 3 | sort n desc', ['20', '10']],
    ['filter n > 3 | fields input.inputTokenCount as n', []],
    ['fields tags.0 | filter tags.1.b = 7', ['x']],
    ['fields `requestMetadata.team` | filter requestMetadata.team = "a"', ['a']],
    ['fields @logStream | limit 1', ['aws/bedrock/modelinvocations']],
    ['filter modelId in ["nova", "other"] | fields input.inputTokenCount | sort @timestamp asc', ['10', '20']],
    ['filter modelId not in ["nova"] and ispresent(modelId) | stats count(*)', ['2']],
    ['filter modelId != "nova" | stats count(*)', ['3']],
    ['filter not ispresent(modelId) | fields @message', ['Permissions are correctly set for Amazon Bedrock logs.']],
    ['filter @message like "Bedrock logs." | stats count(*)', ['1']],
    ['filter @message like "Bedrock.logs" | stats count(*)', ['0']],
    ['filter @message like /(?i)BEDROCK.logs/ | stats count(*)', ['1']],
    ['filter @message =~ /Bedrock/ | stats count(*)', ['1']],
    ['filter modelId not like /nova/ and ispresent(modelId) | stats count(*)', ['2']],
    ['filter operation = "Converse" and (modelId = "nova" or ispresent(errorCode)) | stats count(*)', ['2']],
    ['filter input.inputTokenCount >= 3 and input.inputTokenCount <= 10 | stats count(*)', ['2']],
    ['fields strlen(modelId) as n | filter modelId = "claude" | limit 1', ['6']],
    ['fields concat(modelId, "/", operation) as c | filter ispresent(errorCode)', ['claude/Converse']],
    ['fields coalesce(errorCode, "none") as c | sort @timestamp desc | limit 2', ['none', 'Throttling']],
    ['fields input.inputTokenCount * 2 + 1 as c | filter modelId = "nova"', ['41', '21']],
    ['fields (input.inputTokenCount - 4) / 4 as c | filter modelId = "nova"', ['4', '1.5']],
    ['fields input.inputTokenCount / 0 as c | filter modelId = "nova"', [undefined, undefined]],
    ['fields @timestamp, modelId | display modelId | filter ispresent(errorCode)', ['claude']],
    ['# a note\nfields modelId\n| filter ispresent(errorCode) # another', ['claude']],
    ['stats sum(input.inputTokenCount) as s', ['33']],
    ['stats avg(input.inputTokenCount)', ['11']],
    ['stats min(input.inputTokenCount)', ['3']],
    ['stats max(@timestamp)', ['2026-11-23 14:10:00.000']],
    ['stats count(*) ', ['5']],
    ['stats count(modelId)', ['4']],
    ['stats count_distinct(modelId)', ['2']],
    ['stats pct(input.inputTokenCount, 50)', ['10']],
    ['stats pct(input.inputTokenCount, 99)', ['20']],
    ['stats sum(input.inputTokenCount) / count(modelId) as mean', ['8.25']],
    ['stats sum(input.inputTokenCount) as s by modelId | sort s desc | limit 1 | display s', ['30']],
    ['stats count(*) as n by modelId | filter n > 1 | stats sum(n)', ['4']],
  ])('%s', (query, expected) => {
    expect(column(query)).toEqual(expected)
  })

  test('sums up by field and by time, naming columns as they stand in the query', () => {
    expect(
      rows(
        'filter ispresent(modelId) | stats count(*), sum(input.inputTokenCount) as t by bin(1h), modelId | sort bin(1h) asc',
      ),
    ).toEqual([
      { 'bin(1h)': '2026-11-23 12:00:00.000', modelId: 'nova', 'count(*)': '2', t: '30' },
      { 'bin(1h)': '2026-11-23 13:00:00.000', modelId: 'claude', 'count(*)': '1', t: '3' },
      { 'bin(1h)': '2026-11-23 14:00:00.000', modelId: 'claude', 'count(*)': '1', t: '0' },
    ])
  })

  test.each([
    ['5m', '2026-11-23 14:10:00.000'],
    ['1h', '2026-11-23 14:00:00.000'],
    ['1d', '2026-11-23 00:00:00.000'],
  ])('rounds times down to bin(%s)', (period, expected) => {
    expect(rows(`stats count(*) as m by bin(${period}) as t | sort t desc | limit 1 | display t`)).toEqual([
      { t: expected },
    ])
  })

  test('parses by regular expression', () => {
    expect(
      rows('parse @message /"modelId":"(?<m>[^"]*)"/ | filter ispresent(m) | stats count(*) by m | sort m'),
    ).toEqual([
      { m: 'claude', 'count(*)': '2' },
      { m: 'nova', 'count(*)': '2' },
    ])
  })

  test('counts what passed the filters, not what is shown of it', () => {
    expect(run('filter ispresent(modelId) | stats count(*) by modelId | limit 1')).toMatchObject({ matched: 4 })
    expect(run('filter ispresent(modelId)', EVENTS, 2)).toMatchObject({ matched: 4, rows: { length: 2 } })
    expect(run('stats count(*) as n by modelId | filter n > 1')).toMatchObject({ matched: 5, rows: { length: 2 } })
    expect(run('limit 3', EVENTS, 1).rows).toHaveLength(3)
  })

  test.each([
    ['', 'expected a command'],
    ['fetch modelId', "unknown command 'fetch'"],
    ['fields modelId |', 'expected a command'],
    ['filter (modelId = "a"', "expected ')'"],
    ['stats nonsense(modelId)', "unknown function 'nonsense'"],
    ['stats modelId by operation', 'aggregates nothing'],
    ['filter count(*) > 1', 'belongs into stats'],
    ['limit many', 'expected a number'],
    ['fields modelId as größe', 'unexpected symbol'],
    ['parse @message modelId', 'invalid pattern'],
    ['dedup modelId', "unknown command 'dedup'"],
    ['filter modelId like nova', 'invalid pattern'],
    ['filter modelId like /(/', 'invalid pattern'],
    ['filter modelId not "nova"', "expected 'in' or 'like'"],
  ])('refuses "%s"', (query, message) => {
    expect(() => parseQuery(query)).toThrow(QuerySyntaxError)
    expect(() => parseQuery(query)).toThrow(message)
  })

  test('sums by any bin to the sum of all events', () => {
    const event = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 1_000_000 }))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.constantFrom('1m', '5m', '1h', '1d', '1w'), (all, period) => {
        const events = all.map(([minute, n]) => eventOf({ n }, minute))
        const sums = rows(`stats sum(n) as s by bin(${period})`, events).map(({ s }) => Number(s))
        expect(sums.reduce((a, b) => a + b, 0)).toBe(all.reduce((total, [, n]) => total + n, 0))
      }),
    )
  })
})

describe('the fields of an event', () => {
  test('"Fields are nested (input.inputTokenCount); the flat names in some samples are wrong"', () => {
    expect([...extractFields('{"input":{"inputTokenCount":5,"ok":true},"a":[{"b":"c"}],"n":null}')]).toEqual([
      ['input.inputTokenCount', 5],
      ['input.ok', 1],
      ['a.0.b', 'c'],
    ])
    expect(extractFields('no JSON').size + extractFields('{no JSON').size).toBe(0)
  })

  test('"Logs Insights extracts about 200 JSON fields an event, so counts after a large body can be null. Coalesce the field with a parse"', () => {
    const record = (messages: number) =>
      eventOf({
        input: { inputBodyJson: { messages: Array(messages).fill({ role: 'user', text: 'x' }) }, inputTokenCount: 5 },
      })
    const query = (field: string) =>
      column(`parse @message /"inputTokenCount":(?<i>\\d+)/ | fields ${field} as n`, [record(99), record(100)])
    expect(query('input.inputTokenCount')).toEqual(['5', undefined])
    expect(query('coalesce(input.inputTokenCount, i)')).toEqual(['5', '5'])
  })
})

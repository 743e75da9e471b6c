import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { interpret } from '../../../src/report/scan/interpret.ts'
import { RecordWalker } from '../../../src/report/scan/walk.ts'
import { parseRecord } from '../../support/parse-record.ts'

const LONG = '"type":"a beginning that many events share"'
const usage = (tokens: number) => `"usage":{"cache_creation":{"ephemeral_5m_input_tokens":${tokens}}}`
const metrics = (latency: number) => `"amazon-bedrock-invocationMetrics":{"invocationLatency":${latency}}`

function record(events: readonly string[]): string {
  const start = '{"timestamp":"2026-09-08T12:10:33Z","modelId":"m","operation":"InvokeModelWithResponseStream"'
  return `${start},"output":{"outputBodyJson":[${events.join(',')}]}}`
}

/** Reads the records one after the other, as the walker remembers from one to the next; each must be as JSON.parse has it. */
function expectRead(lines: readonly string[]): void {
  const walker = new RecordWalker([])
  for (const line of lines) {
    const bytes = Buffer.from(`${line}\n`)
    expect(walker.walk(bytes, 0, bytes.length - 1)).toBe(true)
    expect(interpret(walker.values, false)).toEqual(parseRecord(line))
  }
}

test('keys are found in any order, though the last one is remembered', () => {
  const members = [
    '"modelId":"m"',
    '"timestamp":"2026-09-08T12:10:33Z"',
    '"region":"r"',
    '"regions":"no"',
    '"status":"200"',
  ]
  const lines = [members, members.toReversed(), members.slice(0, 3), [...members.slice(3), ...members.slice(0, 2)]]
  expectRead([...lines, ...lines.toReversed()].map((list) => `{${list.join(' , ')}}`))
})

describe('events that begin alike', () => {
  test.each([
    ['differ in a text of their own', `{${LONG},"text":"one"}`, `{${LONG},"text":"two",${metrics(5)}}`],
    ['differ in a text further in', `{${LONG},"d":{"t":"one"}}`, `{${LONG},"d":{"t":"two"},${metrics(5)}}`],
    ['differ in a text two levels in', `{${LONG},"d":[{"t":"one"},1]}`, `{${LONG},"d":[{"t":"two"}],${usage(5)}}`],
    [
      'have what is wanted before they differ',
      `{${LONG},${usage(4)},"text":"one"}`,
      `{${LONG},${usage(4)},"text":"two"}`,
    ],
    [
      'have a wanted key with an escape',
      `{${LONG},${usage(4).replace('us', '\\u0075s')},"t":"1"}`,
      `{${LONG},"t":"2"}`,
    ],
    ['differ in a key', `{${LONG},"one":1}`, `{${LONG},"two":1,${metrics(5)}}`],
    ['differ in a number', `{${LONG},"n":1}`, `{${LONG},"n":2,${metrics(5)}}`],
    ['differ in what comes instead of a text', `{${LONG},"t":"one"}`, `{${LONG},"t":{},${metrics(5)}}`],
    ['differ in the last bytes before it', `{${LONG},"d":{"t":"a"}}`, `{${LONG},"d":{"t":[7]},${metrics(5)}}`],
    ['are the same', `{${LONG},"text":"one",${metrics(5)}}`, `{${LONG},"text":"one",${metrics(5)}}`],
    ['have escapes in the text', `{${LONG},"text":"\\"}"}`, `{${LONG},"text":"\\\\",${metrics(5)}}`],
  ])('are read as they are if they %s', (_what, one, other) => {
    const mixed = [one, other, one, one, other, other, one, other]
    expectRead([record(mixed), record([...mixed].reverse()), record([one]), record([other]), record([other, one])])
  })

  test('are read as they are in any order and company', () => {
    const event = fc
      .tuple(
        fc.subarray([
          LONG,
          usage(4),
          '"d":{"t":"one"}',
          '"d":{"t":"two"}',
          '"d":{"t":[7]}',
          '"t":"x"',
          '"t":"y"',
          metrics(5),
        ]),
        fc.boolean(),
      )
      .map(([members, padded]) => `{${[...(padded ? ['"padding":"padding","padding":1'] : []), ...members].join(',')}}`)
    const events = fc
      .array(event, { minLength: 1, maxLength: 3 })
      .chain((few) => fc.array(fc.constantFrom(...few), { minLength: 1, maxLength: 10 }))
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 4 }), (lists) => {
        expectRead(lists.map(record))
      }),
      { numRuns: 2000 },
    )
  })
})

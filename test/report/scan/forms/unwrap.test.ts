import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { formOf } from '../../../../src/report/scan/forms/form.ts'
import { findsFor, unwrapText } from '../../../../src/report/scan/forms/unwrap.ts'
import { ValueFinder } from '../../../../src/report/scan/forms/values.ts'

const record = (id: number) => ({
  schemaType: 'ModelInvocationLog',
  modelId: 'm',
  requestId: `r${id}`,
  input: { '{': '}' },
})
const line = (id: number) => JSON.stringify(record(id))
const event = (id: number) => ({
  logStreamName: 's',
  timestamp: 1,
  message: line(id),
  ingestionTime: 2,
  eventId: `${id}`,
})
const row = (id: number) => [
  { field: '@timestamp', value: '2026-11-20 10:00:00.000' },
  { field: '@message', value: line(id) },
  { field: '@ptr', value: 'C' },
]
const message = (ids: number[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '1',
  logGroup: 'g',
  logStream: 's',
  logEvents: ids.map((id) => ({ id: '1', timestamp: 1, message: line(id) })),
})
const control = {
  messageType: 'CONTROL_MESSAGE',
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health.' }],
}
const packed = (value: object) => gzipSync(JSON.stringify(value)).toString('base64')
const indented = (value: unknown) => JSON.stringify(value, undefined, 4)

/** The ids of the records, and how much is none. */
function read(text: string) {
  const ids: string[] = []
  let strange = 0
  const finds = findsFor({
    record(json) {
      const value = JSON.parse(json.toString())
      if (value.modelId === undefined) return false
      ids.push(value.requestId)
      return true
    },
    strange: () => strange++,
    table: {},
  })
  const finder = new ValueFinder(2 ** 20, finds)
  finder.push(Buffer.from(text))
  finder.end()
  return { ids, strange }
}

const three = { ids: ['r1', 'r2', 'r3'], strange: 0 }
const ids = [1, 2, 3]

test.each<[string, string, 'lines' | 'values']>([
  ['lines', ids.map(line).join('\n'), 'lines'],
  ['records on end', ids.map(line).join(''), 'values'],
  ['a list', JSON.stringify(ids.map(record)), 'values'],
  ['an indented list', indented(ids.map(record)), 'values'],
  ['indented records', ids.map((id) => indented(record(id))).join('\n'), 'values'],
  ['filter-log-events', indented({ events: ids.map(event), searchedLogStreams: [] }), 'values'],
  ['get-log-events', indented({ events: ids.map(event), nextForwardToken: 'f/1', nextBackwardToken: 'b/1' }), 'values'],
  ['the same on one line', JSON.stringify({ events: ids.map(event) }), 'values'],
  [
    'get-query-results',
    indented({ results: ids.map(row), statistics: { recordsMatched: 3 }, status: 'Complete' }),
    'values',
  ],
  ['events[].message as JSON', indented(ids.map(line)), 'values'],
  ['events[].message as text', `${ids.map(line).join('\t')}\n`, 'lines'],
  ['events[].[message] as text', `${ids.map(line).join('\n')}\n`, 'lines'],
  [
    'tail',
    ids.map((id) => `2026-11-20T10:00:00.123000+00:00 aws/bedrock/modelinvocations ${line(id)}`).join('\n'),
    'lines',
  ],
  ['tail --format short', ids.map((id) => `2026-11-20T10:00:00 ${line(id)}`).join('\n'), 'lines'],
  ['an export', ids.map((id) => `2026-11-20T10:00:00.000Z ${line(id)}`).join('\n'), 'lines'],
  ['a subscription', JSON.stringify(message(ids)), 'values'],
  [
    'subscriptions on end',
    JSON.stringify(message([1])) + JSON.stringify(control) + JSON.stringify(message([2, 3])),
    'values',
  ],
  [
    'subscriptions in lines',
    [message([1, 2]), control, message([3])].map((one) => JSON.stringify(one)).join('\n'),
    'values',
  ],
  ['a list of subscriptions', JSON.stringify([message([1, 2]), message([3])]), 'values'],
  ['what a function is given', JSON.stringify({ awslogs: { data: packed(message(ids)) } }), 'values'],
  [
    'what a stream gives a function',
    JSON.stringify({ Records: [{ kinesis: { data: packed(message(ids)) } }] }),
    'values',
  ],
  [
    'what Firehose gives a function',
    JSON.stringify({ invocationId: 'i', records: [{ recordId: '1', data: packed(message(ids)) }] }),
    'values',
  ],
  ['base64 on end', ids.map((id) => packed(message([id]))).join(''), 'values'],
  ['base64 in lines', [packed(message([1])), packed(message([2, 3]))].join('\n'), 'values'],
  ['texts of JSON', ids.map((id) => JSON.stringify(line(id))).join('\n'), 'values'],
  ['rows of a table as JSON', indented(ids.map((id) => ({ '@timestamp': 't', '@message': line(id) }))), 'values'],
])('%s', (_, text, kind) => {
  expect(read(text)).toEqual(three)
  expect(formOf(Buffer.from(text)).kind).toBe(kind)
})

test.each<[string, string, number]>([
  ['a query without @message', indented({ results: [[{ field: 'calls', value: '3' }]] }), 1],
  ['another JSON', '{"a":1}', 1],
  ['prose', 'hello\nworld', 2],
  ['base64 of something else', `H4sI${'A'.repeat(40)}`, 1],
  ['a text that is cut', '{"events":[{"message":"{\\"modelId\\":', 1],
  ['a notice', 'Permissions are correctly set for Amazon Bedrock logs.', 0],
])('%s is no record', (_, text, strange) => {
  expect(read(text)).toEqual({ ids: [], strange })
})

test('what is wrapped without end is given up', () => {
  let text = line(1)
  for (let depth = 0; depth < 12; depth++) text = JSON.stringify({ message: text })
  const found: string[] = []
  unwrapText(text, {
    record: (json) => !!found.push(json.toString()) && false,
    strange: () => found.push('strange'),
    table: {},
  })
  expect(found.at(-1)).toBe('strange')
})

test('a table is known by its head', () => {
  expect(formOf(Buffer.from('@timestamp,@message\n'))).toEqual({
    kind: 'csv',
    table: { delimiter: 0x2c, names: ['@timestamp', '@message'] },
  })
})

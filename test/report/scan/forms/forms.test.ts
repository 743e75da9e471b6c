import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, test } from '@jest/globals'
import { zipSync } from 'fflate'
import { beginsAsLog } from '../../../../src/report/scan/forms/form.ts'
import type { ObjectBytes } from '../../../../src/report/scan/gunzip.ts'
import type { InvocationRecord } from '../../../../src/report/scan/record.ts'
import { RecordReader } from '../../../../src/report/scan/record-reader.ts'
import { scanObject } from '../../../../src/report/scan/scan-object.ts'
import { converse } from '../../../support/invocation-records.ts'

/** Three calls, whose texts hold what marks other forms. */
const LINES = [1000, 200, 30].map((tokens) => converse(tokens, 1, 5, { metadata: { team: 'a,"b"\n{[' } }))
const TOKENS = [1000, 200, 30]
const event = (message: string) => ({ logStreamName: 's', timestamp: 1_763_632_800_000, message, eventId: '30' })
const indented = (value: unknown) => JSON.stringify(value, undefined, 4)
const row = (message: string) => [
  { field: '@timestamp', value: '2026-11-20 10:00:00.000' },
  { field: '@message', value: message },
]
const subscription = (messages: readonly string[]) =>
  JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logEvents: messages.map(event) })
const control = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  logEvents: [event('CWL CONTROL MESSAGE: Checking health.')],
})
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

const columnsOf = (line: string) => {
  const { timestamp, modelId, input } = JSON.parse(line)
  return ['', timestamp, modelId, input.inputTokenCount, 1]
}
const rows = [['', 'timestamp', 'modelid', 'inputtokencount', 'outputtokencount'], ...LINES.map(columnsOf)]
const answer = (all: typeof rows) => {
  const cells = (row: (typeof rows)[number]) => row.map((one) => (one === '' ? {} : { VarCharValue: `${one}` }))
  const Rows = all.map((row) => ({ Data: cells(row) }))
  return { UpdateCount: 0, ResultSet: { Rows, ResultSetMetadata: { ColumnInfo: [{ Name: 'timestamp' }] } } }
}

const FORMS: readonly [string, string][] = [
  ['an answer of Athena', indented(answer(rows))],
  ['the same page by page', [answer(rows.slice(0, 2)), answer(rows.slice(2))].map(indented).join('\n')],
  ['rows of bars', `${rows.map((row) => `${row.join(' | ')}\n`).join('')}`.replace('\n', '\n--+---\n')],
  ['lines', `${LINES.join('\n')}\n`],
  ['lines without the last end', LINES.join('\n')],
  ['lines as Windows ends them', LINES.map((line) => `${line}\r\n`).join('')],
  ['lines after a byte-order mark', `\ufeff${LINES.join('\n')}`],
  ['records on end', LINES.join('')],
  ['a list', `[${LINES.join(',')}]`],
  ['an indented list', indented(LINES.map((line) => JSON.parse(line)))],
  ['indented records', LINES.map((line) => indented(JSON.parse(line))).join('\n')],
  ['filter-log-events', indented({ events: LINES.map(event), searchedLogStreams: [] })],
  ['get-log-events', JSON.stringify({ events: LINES.map(event), nextForwardToken: 'f/1' })],
  ['get-query-results', indented({ results: LINES.map(row), statistics: { recordsMatched: 3 }, status: 'Complete' })],
  ['messages as JSON', indented(LINES)],
  ['messages as text', `${LINES.join('\t')}\n`],
  ['tail', LINES.map((line) => `2026-11-20T10:00:00.123000+00:00 aws/bedrock/modelinvocations ${line}\n`).join('')],
  ['tail --format short', LINES.map((line) => `2026-11-20T10:00:00 ${line}\n`).join('')],
  ['an export', LINES.map((line) => `2026-11-20T10:00:00.000Z ${line}\n`).join('')],
  ['subscriptions on end', subscription(LINES.slice(0, 1)) + control + subscription(LINES.slice(1))],
  ['subscriptions in lines', [subscription(LINES.slice(0, 2)), control, subscription(LINES.slice(2))].join('\n')],
  [
    'base64 of gzipped subscriptions',
    [LINES.slice(0, 1), LINES.slice(1)].map((some) => gzipSync(subscription(some)).toString('base64')).join('\n'),
  ],
  ['a table of the console', `timestamp,message\n${LINES.map((line) => `1763632800000,${quoted(line)}\n`).join('')}`],
  ['a table of Logs Insights', `"@timestamp","@message"\r\n${LINES.map((line) => `"t",${quoted(line)}\r\n`).join('')}`],
  ['get-log-events as text', `b/39/s\tf/39/s\n${LINES.map((line) => `EVENTS\t17636\t${line}\t17636\n`).join('')}`],
  [
    'a table of the AWS CLI',
    `${'-'.repeat(9)}\n|  FilterLogEvents  |\n+---+\n${LINES.map((line) => `||  39 |  ${line}   |  17636 ||\n`).join('')}|+---+|\n`,
  ],
  [
    'Markdown of Logs Insights',
    `| @timestamp | @message |\n| --- | --- |\n${LINES.map((line) => `| t | ${line} |\n`).join('')}`,
  ],
  [
    'lines in the objects of Docker',
    LINES.map((line) => `${JSON.stringify({ log: `${line}\n`, stream: 's' })}\n`).join(''),
  ],
  ['rows of semicolons', `@timestamp;@message\n${LINES.map((line) => `t;${quoted(line)}\n`).join('')}`],
  ['rows without a head', LINES.map((line) => `2026-11-20,${quoted(line)},s\n`).join('')],
]

/** Records in what wraps or spells them otherwise: read plain only. */
const list = LINES.map((line) => JSON.parse(line))
const small = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(small)
      : Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), small(one)]))
const snake = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(snake)
      : Object.fromEntries(
          Object.entries(value).map(([name, one]) => [
            name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
            snake(one),
          ]),
        )
const inLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const columns = (record: (typeof list)[number]) => [record.timestamp, record.modelId, record.input.inputTokenCount, 1]

const BODY = 'logs/data/6d1f2f0e-2b6c-4f58-9a35-0123456789ab_input.json'

const KIN: readonly [string, string | Buffer][] = [
  ...['detail', 'record', 'body', 'event', 'log', '_raw', 'payload', 'value', 'Message', 'Body'].flatMap(
    (name): [string, string][] => [
      [`objects under ${name}`, inLines(list.map((record) => ({ id: 'i', [name]: record })))],
      [`text under ${name}`, inLines(LINES.map((line) => ({ id: 'i', [name]: line })))],
    ],
  ),
  ['events whose members a query names', indented(LINES.map((m) => ({ t: 1_763_632_800_000, m })))],
  ['objects under names of their own', JSON.stringify({ a: { b: { calls: list } } })],
  [
    'an answer of BigQuery',
    JSON.stringify({
      schema: { fields: (rows[0] ?? []).slice(1).map((name) => ({ name, type: 'STRING' })) },
      rows: rows.slice(1).map((row) => ({ f: row.slice(1).map((v) => ({ v: `${v}` })) })),
    }),
  ],
  ['hits of a search', JSON.stringify({ took: 1, hits: { hits: list.map((one) => ({ _id: '1', _source: one })) } })],
  ['lines for a bulk of updates', list.map((one) => inLines([{ update: { _id: 'i' } }, { doc: one }])).join('')],
  [
    'what is pushed to Loki',
    JSON.stringify({ streams: [{ stream: { a: 'b' }, values: LINES.map((line) => ['17', line]) }] }),
  ],
  ['lines of Fluent Bit', inLines(LINES.map((log) => [1_763_632_800.1, { log }]))],
  ['rows of an answer of Athena', JSON.stringify(answer(rows).ResultSet.Rows.map(({ Data }) => Data))],
  ['messages in an answer of Athena', JSON.stringify(answer([['x', '_col0'], ...LINES.map((line) => ['y', line])]))],
  ['records by their ids', indented(Object.fromEntries(list.map((one) => [one.requestId, one])))],
  ['lists of records by their models', JSON.stringify({ records: { a: list.slice(0, 2), b: list.slice(2) } })],
  ['logs of OpenTelemetry', indented(otlp(LINES))],
  ['values of OpenTelemetry', JSON.stringify(otlp(list))],
  ['brotli', brotliCompressSync(LINES.join('\n'))],
  ...[',', ';', '|'].map((by): [string, string] => [
    `unquoted rows parted by ${by}`,
    `@timestamp${by}@message\n${LINES.map((line) => `t${by}${line}\n`).join('')}`,
  ]),
  ['a table of Markdown', rows.map((row) => `${row.join('|')}|\n`).join('|-|-|-|-|\n')],
  ['a table of MySQL', `+---+---+\n${rows.map((row) => `${row.join(' | ')}|\n`).join('')}+---+---+\n3 rows in set\n`],
  ['messages of psql', ` message \n---------\n ${LINES.join('\n ')}\n(3 rows)\n`],
  [
    'tables on end, with other columns',
    [...rows.slice(0, 2), ...[rows[0] ?? [], ...rows.slice(2)].map((row) => row.toReversed())]
      .map((row) => `${row.join()}\n`)
      .join(''),
  ],
  ['rows of S3 Select', inLines([{ _1: list[0] }, ...list.slice(1).map((s) => ({ s }))])],
  ['rows of BigQuery', inLines(list.map((jsonPayload) => ({ jsonPayload })))],
  ['rows of Snowflake', inLines(list.map((SRC) => ({ SRC })))],
  ['lines in one text', JSON.stringify({ logs: LINES.join('\n') })],
  ...['"json"', '"_col0"', '"line","$path"', '"_source","_id"', 'a', 'payload,id', 'jsonPayload'].map(
    (head): [string, string] => [
      `a table of ${head}`,
      `${head}\n${LINES.map((line) => `${quoted(line)}${head.includes(',') ? ',"x"' : ''}\n`).join('')}`,
    ],
  ),
  ['indented records in a table', `id,src\n${list.map((one) => `1,${quoted(indented(one))}\n`).join('')}`],
  [
    'tail --format json',
    list.map((one) => `2026-11-20T10:00:00.123000+00:00 aws/bedrock\n${indented(one)}\n`).join(''),
  ],
  [
    'pages by name',
    indented({ page1: { events: LINES.slice(0, 2).map(event) }, page2: { events: [event(LINES[2] ?? '')] } }),
  ],
  ['records beside others', JSON.stringify({ id: 'i', first: list[0], rest: list.slice(1) })],
  [
    'a record as text and as an object',
    inLines(list.map((one) => ({ message: JSON.stringify(one), event: { original: one } }))),
  ],
  ['errors that are none', inLines(list.map((one) => ({ ...one, errorCode: 'null', status: '' })))],
  [
    'errors that are none beside the model',
    inLines(
      list.map(({ timestamp, modelId, input }) => ({
        timestamp,
        modelId,
        ...input,
        outputTokenCount: 1,
        errorCode: 'N/A',
      })),
    ),
  ],
  ['lines of Fluent Bit 2', inLines(LINES.map((log) => [[1_763_632_800.1, {}], { log }]))],
  ['a log of requests', inLines(list.map((request) => ({ id: 'i', request })))],
  ['fences of Markdown', `\`\`\`json\n${LINES.join('\n')}\n\`\`\`\n`],
  ['tail of several files', LINES.map((line, index) => `==> logs/${index}.json <==\n${line}\n`).join('\n')],
  ['lines for a bulk', list.map((one) => inLines([{ index: { _index: 'i' } }, one])).join('')],
  ['logs of Datadog', JSON.stringify({ data: LINES.map((line) => ({ id: '1', attributes: { message: line } })) })],
  ['an archive of Datadog', inLines(list.map((one) => ({ _id: '1', attributes: one, message: 'x' })))],
  ['results of Splunk', inLines(LINES.map((line) => ({ preview: false, result: { _raw: line } })))],
  [
    'an answer of Loki',
    JSON.stringify({ data: { result: [{ stream: { a: 'b' }, values: LINES.map((line) => ['17', line]) }] } }),
  ],
  ['what logcli prints', LINES.map((line) => `2026-11-20T10:00:00Z {job="b"} ${line}\n`).join('')],
  ['times and messages', JSON.stringify(LINES.map((line) => [1_763_632_800_000, line]))],
  [
    'a live tail',
    inLines([
      { sessionStart: { sessionId: 's' } },
      ...LINES.map((message) => ({ sessionUpdate: { sessionResults: [{ message }] } })),
    ]),
  ],
  ['records of Kinesis', JSON.stringify({ Records: LINES.map((line) => ({ Data: base64(line) })) })],
  ['what a queue gives a function', JSON.stringify({ Records: LINES.map((body) => ({ messageId: 'i', body })) })],
  ['what a topic gives a function', JSON.stringify({ Records: LINES.map((Message) => ({ Sns: { Message } })) })],
  ['lines of base64', LINES.map((line) => `${base64(line)}\n`).join('')],
  [
    'members of gzip with line ends between',
    Buffer.concat(LINES.flatMap((line) => [gzipSync(line), Buffer.from('\n')])),
  ],
  ['gzip in gzip', gzipSync(gzipSync(LINES.join('\n')))],
  ['a zip in gzip', gzipSync(zipSync({ 'a.json': Buffer.from(LINES.join('\n')) }))],
  ['a tar', tar({ 'logs/a.json': LINES[0] ?? '', 'logs/b': LINES.slice(1).join('\n'), [BODY]: 'x' })],
  ['a tar in gzip', gzipSync(tar({ 'a.gz': gzipSync(LINES.join('\n')) }))],
  ['UTF-16 without a mark', Buffer.from(LINES.join('\n'), 'utf16le')],
  ['UTF-16 without a mark, the high byte first', Buffer.from(LINES.join('\n'), 'utf16le').swap16()],
  ['names in small letters', inLines(list.map(small))],
  [
    'names with dots',
    inLines(
      list.map(({ input, output, ...one }) => ({
        ...one,
        'input.inputTokenCount': input.inputTokenCount,
        'output.outputTokenCount': output.outputTokenCount,
      })),
    ),
  ],
  ['names with underscores', inLines(list.map(snake))],
  [
    'columns of a query',
    `@timestamp,modelId,input.inputTokenCount,output.outputTokenCount\n${list.map((one) => `${columns(one).join()}\n`).join('')}`,
  ],
  [
    'columns of Athena',
    `timestamp,modelid,inputtokencount,outputtokencount\n${list.map((one) => `${columns(one).join()}\n`).join('')}`,
  ],
  [
    'fields of a query',
    JSON.stringify({
      results: list.map((one) =>
        ['@timestamp', 'modelId', 'input.inputTokenCount', 'output.outputTokenCount'].map((field, index) => ({
          field,
          value: String(columns(one)[index]),
        })),
      ),
    }),
  ],
  ['counts beside the model', inLines(list.map(({ input, output, ...one }) => ({ ...one, ...input, ...output })))],
  [
    'what a record holds as text',
    inLines(list.map((one) => ({ ...one, input: JSON.stringify(one.input), output: JSON.stringify(one.output) }))),
  ],
  [
    'counts as answers name them',
    `timestamp | model_id | input_tokens | output_tokens\n${list.map((one) => `${columns(one).join(' | ')}\n`).join('')}`,
  ],
  [
    'spaces before quotation marks',
    `"timestamp", "modelId", "inputTokenCount", "outputTokenCount"\n${list.map((one) => `"${columns(one).join('", "')}"\n`).join('')}`,
  ],
  [
    'a table below a title',
    `# Calls\n\n|timestamp|modelId|inputTokenCount|outputTokenCount|\n|-|-|-|-|\n${list.map((one) => `|${columns(one).join('|')}|\n`).join('')}`,
  ],
  ['a list beside its length', indented({ count: 3, items: list, next: null })],
  ['OpenTelemetry with underscores', snakeNames(JSON.stringify(otlp(LINES)))],
  ['records of OpenTelemetry with underscores', snakeNames(JSON.stringify(otlp(list)))],
  ['bytes of OpenTelemetry', JSON.stringify(otlp(LINES.map(base64))).replaceAll('stringValue', 'bytesValue')],
  ['OpenTelemetry as it was', JSON.stringify(otlp(LINES)).replace('scopeLogs', 'instrumentationLibraryLogs')],
  ['attributes of OpenTelemetry', inAttributes(otlp(list))],
  ...[1_763_632_800, 1_763_632_800_123, '1763632800.5', '2026-11-20T10:00:00,123Z', '20261120T100000Z'].map(
    (timestamp): [string, string] => [`times as ${timestamp}`, inLines(list.map((one) => ({ ...one, timestamp })))],
  ),
]

/** Tables in objects, and what databases and Markdown put around values. */
const names = ['timestamp', 'modelId', 'inputTokenCount', 'outputTokenCount']
const cells = list.map(columns)
const byName = (value: (column: unknown[]) => unknown) =>
  Object.fromEntries(names.map((name, place) => [name, value(cells.map((row) => row[place]))]))
const struct = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(struct).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? `{${Object.entries(value)
          .map(([name, one]) => `${name.toLowerCase()}=${struct(one)}`)
          .join(', ')}}`
      : String(value)
/** As Athena writes it to CSV: structures as texts. Maps keep the names of their keys. */
const structured = list.map(({ input, output, identity, ...one }) => ({
  ...one,
  requestMetadata: '{team=search, costCenter=7}',
  identity: struct(identity),
  input: struct({ inputContentType: 'x', inputTokenCount: input.inputTokenCount, inputBodyS3Path: null }),
  output: '{outputtokencount=1, outputbodyjson={metrics={latencyms=5}, stop=[end, null]}}',
}))
const tableOf = (rows: readonly object[], head = Object.keys(rows[0] ?? {})) =>
  [head, ...rows.map((row) => Object.values(row))]
    .map((row) => `${row.map((one) => quoted(String(one))).join()}\n`)
    .join('')
const typed = (type: string, number: string) => (row: readonly unknown[]) =>
  row.map((value) => (typeof value === 'number' ? { [number]: value } : { [type]: value }))
const dynamo = cells.map((row) =>
  Object.fromEntries(
    names.map((name, place) => [name, typeof row[place] === 'number' ? { N: `${row[place]}` } : { S: row[place] }]),
  ),
)
const bars = (row: readonly unknown[]) => `| ${row.join(' | ')} |\n`
const marked = (mark: string) =>
  `${bars(names)}|-|-|-|-|\n${cells.map((row) => bars(row.map((one) => `${mark}${one}${mark}`))).join('')}`

const TABLES: readonly [string, string][] = [
  ['structures of Athena as CSV', tableOf(structured)],
  ['structures of Athena in lines', inLines(structured)],
  [
    'structures of Athena in a page',
    JSON.stringify(answer([Object.keys(structured[0] ?? {}), ...structured.map(Object.values)])),
  ],
  [
    'calls as structures',
    list
      .map(
        ({ input: { inputTokenCount }, ...one }) =>
          `${struct({ schemaType: 'ModelInvocationLog', timestamp: one.timestamp, modelId: one.modelId, input: { inputTokenCount }, output: { outputTokenCount: 1 } })}\n`,
      )
      .join(''),
  ],
  ['columns of lists', JSON.stringify(byName((column) => column))],
  ['columns of numbered values', indented(byName((column) => ({ ...column })))],
  ['names beside rows', indented({ columns: names, index: [0, 1, 2], data: cells })],
  [
    'names in objects beside rows',
    JSON.stringify({ meta: names.map((name) => ({ name, type: 't' })), data: cells, rows: 3 }),
  ],
  ['a schema beside rows', JSON.stringify({ schema: { fields: names.map((name) => ({ name })) }, datarows: cells })],
  [
    'tables of rows',
    JSON.stringify({ tables: [{ name: 't', columns: names.map((name) => ({ name })), rows: cells }] }),
  ],
  ['rows of which the first has the names', JSON.stringify([names, ...cells])],
  ['pages of Athena in a list', JSON.stringify([answer(rows.slice(0, 2)), answer(rows.slice(2))])],
  [
    'typed values with their names first',
    JSON.stringify({
      columnMetadata: names.map((name) => ({ name })),
      records: cells.map(typed('stringValue', 'longValue')),
    }),
  ],
  ['items of DynamoDB', inLines(dynamo.map((Item) => ({ Item })))],
  ['a scan of DynamoDB', indented({ Items: dynamo, Count: 3 })],
  [
    'an export of MongoDB',
    inLines(
      list.map((one) => ({
        ...one,
        timestamp: { $date: one.timestamp },
        input: { inputTokenCount: { $numberLong: `${one.input.inputTokenCount}` } },
      })),
    ),
  ],
  ['texts by their ids', JSON.stringify(Object.fromEntries(list.map((one, place) => [one.requestId, LINES[place]])))],
  [
    'texts by the names of files',
    JSON.stringify({
      'a/1.json': LINES.slice(0, 2).join('\n'),
      'a/2.json.gz': gzipSync(LINES[2] ?? '').toString('base64'),
    }),
  ],
  ['cells as code', marked('`')],
  ['cells in bold', marked('**')],
  ['names as code', marked('').replace(bars(names), bars(names.map((name) => `\`${name}\``)))],
  [
    'cells with backslashes',
    marked('')
      .replaceAll(/[-.](?=.*\w)/g, (mark) => `\\${mark}`)
      .replace(/.*\n.*\n/, `${bars(names)}|-|-|-|-|\n`),
  ],
  [
    'messages as code',
    `| @timestamp | @message |\n| - | - |\n${LINES.map((line) => `| t | \`${line}\` |\n`).join('')}`,
  ],
  [
    'two columns of psql',
    ` ts | line \n----+------\n${LINES.map((line) => ` 2026-11-20 | ${line}\n`).join('')}(3 rows)\n\n`,
  ],
  ...[' ', "'", '_', '\u00a0', '\u202f'].map((mark): [string, string] => [
    `thousands parted by ${JSON.stringify(mark)}`,
    tableOf(
      list.map((one) => ({
        ...one,
        input: '',
        output: '',
        inputTokenCount: `${one.input.inputTokenCount}`.replace(/\B(?=\d{3}$)/, mark),
        outputTokenCount: 1,
      })),
    ),
  ]),
]

test.each(TABLES)('%s', async (_, text) => {
  const right = { codes: [], tokens: TOKENS }
  expect(await scan(Buffer.from(text))).toMatchObject(right)
  expect(await scan(inPieces(Buffer.from(text), 100))).toMatchObject(right)
})

test.each(['', 'NULL', '\\N', 'None', '(null)', 'nan', '-'])('a cell of %j is no value', async (none) => {
  const flat = cells.map((row) => `${row.join()},${none},${none}`)
  const text = `${names.join()},errorCode,status\n${flat.map((row) => `${row}\n`).join('')}`
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: [], tokens: TOKENS })
  expect((await recordsOf(text)).map(({ errorCode, status }) => errorCode ?? status)).toEqual(
    cells.map(() => undefined),
  )
})

test('values under their types in Avro are the same records', async () => {
  const all: Record<string, unknown>[] = list.map((one) => ({
    ...one,
    requestMetadata: { team: 'a', costCenter: 'b' },
  }))
  const right = await recordsOf(inLines(all))
  const parts = all.map(({ operation, requestMetadata, ...one }) => ({
    ...one,
    operation: { string: operation },
    requestMetadata: { map: requestMetadata },
  }))
  expect(await recordsOf(inLines(parts))).toEqual(right)
  const whole = list.map(({ timestamp, modelId, identity, input, output }, place) => ({
    ...parts[place],
    timestamp: { string: timestamp },
    modelId: { string: modelId },
    identity: { Identity: identity },
    input: { 'com.x.Input': { ...input, inputTokenCount: { long: input.inputTokenCount } } },
    output: { 'com.x.Output': { ...output, outputTokenCount: { int: output.outputTokenCount } } },
  }))
  expect(await recordsOf(inLines(whole))).toEqual(right)
})

test('structures keep the keys of the metadata, and whoever called', async () => {
  const records = await recordsOf(tableOf(structured))
  expect(records.map(({ metadata, identityArn }) => [...metadata, identityArn])).toEqual(
    list.map(({ identity }) => ['search', '7', identity.arn]),
  )
  expect(records.map(({ latencyMs }) => latencyMs)).toEqual([5, 5, 5])
  const flat = tableOf(
    list.map((one) => ({
      ...one,
      input: '',
      output: '',
      inputTokenCount: 1,
      outputTokenCount: 1,
      requestMetadata: '',
      'requestMetadata.costCenter': 7,
    })),
  )
  expect((await recordsOf(flat)).map(({ metadata }) => metadata)).toEqual(list.map(() => [undefined, '7']))
})

test.each([
  '{inputtokencount=1000, text=a {b}}',
  '{inputtokencount=1000, text=a, inputtokencount=7}',
  "{'inputTokenCount': 1000}",
  '{1000, 5}',
  '{inputtokencount=1000',
])('a structure that may be read in two ways is named with its cure: %s', async (input) => {
  const { tokens, faults } = await scan(Buffer.from(tableOf(structured.map((one) => ({ ...one, input })))))
  expect(tokens).toEqual([])
  expect(faults[0]?.message).toMatch(/; 3 with a structure that is not JSON: write it as JSON, with CAST\(… AS JSON\)/)
})

test.each(['1,000', '1.000', '1,00', '12,345.5'])(
  '%s is one of two numbers, or none: its count is not known',
  async (count) => {
    const [record] = await recordsOf(
      tableOf(list.map((one) => ({ ...one, input: '', output: '', inputTokenCount: count, outputTokenCount: 1 }))),
    )
    expect(record?.inputTokens).toBeUndefined()
    expect([...(record?.billing.unknown ?? [])]).toEqual(['inputTokens'])
  },
)

test('1,234,567 and 1.234.567 are one number', async () => {
  for (const count of ['1,234,567', '1.234.567'])
    expect(
      await scan(Buffer.from(tableOf(structured.map(({ input, ...one }) => ({ ...one, inputTokenCount: count }))))),
    ).toMatchObject({
      codes: [],
      tokens: [1_234_567, 1_234_567, 1_234_567],
    })
})

test.each([
  ['a page of Athena', JSON.stringify(answer(rows.slice(1)))],
  ['lists', JSON.stringify(cells)],
  ['lines', cells.map((row) => `${row.join('\t')}\n`).join('')],
])('%s without the names of columns says so', async (_, text) => {
  const { tokens, faults } = await scan(Buffer.from(text))
  expect(tokens).toEqual([])
  expect(faults[0]?.message).toMatch(
    /; 3 a row of a table without the names of its columns: put the row with the names first$/,
  )
})

test('a prompt beside the counts is no structure, and takes nothing from them', async () => {
  const prompts = list.map(({ input, output, ...one }) => ({
    ...one,
    inputTokenCount: input.inputTokenCount,
    outputTokenCount: 1,
    input: '{a prompt}',
    output: '[x]',
  }))
  expect(await scan(Buffer.from(tableOf(prompts)))).toMatchObject({ codes: [], tokens: TOKENS })
  expect(await scan(Buffer.from(inLines(prompts)))).toMatchObject({ codes: [], tokens: TOKENS })
})

test('rows beside the names of their columns may be more than one value may be', async () => {
  const index = Array.from({ length: 2 ** 22 }, () => 1)
  const text = JSON.stringify({ columns: names, index, data: [...cells, ...cells] })
  const more = text.replace(']}', `,${JSON.stringify(['', 'x'.repeat(2 ** 23), 1, 1])}]}`)
  expect(more.length).toBeGreaterThan(2 ** 24)
  expect(await scan(Buffer.from(more))).toMatchObject({ tokens: [...TOKENS, ...TOKENS], codes: ['not-a-record'] })
})

test('what is the same for all calls stands beside their columns as it is', async () => {
  const [record] = await recordsOf(JSON.stringify({ ...byName((column) => column), accountId: '111122223333' }))
  expect(record).toMatchObject({ accountId: '111122223333', inputTokens: 1000 })
})

test.each([
  ['behind', (one: object) => ({ events: LINES.map(event), more: [one], next: 'x' })],
  ['before', (one: object) => ({ more: [one], events: LINES.map(event) })],
  ['as text behind', (one: object) => ({ events: LINES.map(event), more: [JSON.stringify(one)] })],
])('records %s the list that is read are told of', async (_, of) => {
  const bytes = Buffer.from(JSON.stringify(of(list[0] ?? {})))
  for (const source of [bytes, inPieces(bytes, 1000)])
    expect(await scan(source)).toMatchObject({ codes: ['not-a-record'], tokens: TOKENS })
})

test('a row with a cell too many is left out', async () => {
  const text = marked('').replace('| 200 |', '| 200 | 7 |')
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: ['not-a-record'], tokens: [1000, 30] })
})

test('rows of sums without a column for their number are told of by their times, which are those of whole hours', async () => {
  const rowsAt = (...times: string[]) =>
    tableOf(
      times.map((time) => [time, 'amazon.nova-pro-v1:0', 1000, 1]),
      names.slice(0, 4),
    )
  const message = /^2 rows are without a request ID and dated at whole hours/
  expect(await scan(Buffer.from(rowsAt('2026-11-20T10:00:00Z', '2026-11-20 11:30:00Z')))).toMatchObject({
    codes: ['may-be-sums'],
    faults: [{ message: expect.stringMatching(message) }],
    tokens: [1000, 1000],
  })
  expect(await scan(Buffer.from(rowsAt('2026-11-20T10:00:00Z', '2026-11-20T11:00:01Z')))).toMatchObject({ codes: [] })
})

test('a damaged record between others on a line is told of', async () => {
  const text = `${[LINES[0], LINES[1]?.replace('"operation"', '"operation'), LINES[2]].join('\t')}\n`
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: ['not-a-record'] })
})

test('sides of a call of images may be text; where nothing tells how many it made, that is not known', async () => {
  const image = (output: unknown) => ({
    ...list[0],
    modelId: 'amazon.nova-canvas-v1:0',
    operation: 'InvokeModel',
    input: '{}',
    output,
  })
  const made = await recordsOf(
    inLines([image(JSON.stringify({ outputImageHeight: 1024, outputImageWidth: 1024 })), image('{}')]),
  )
  expect(made.map(({ images, billing }) => [images, [...(billing.unknown ?? [])]])).toEqual([
    [1, []],
    [0, ['images']],
  ])
})

test.each([
  [
    'a table behind a mark',
    Buffer.from(`\ufeff"timestamp","message"\n${LINES.map((line) => `1763632800000,${quoted(line)}\n`).join('')}`),
  ],
  ['UTF-16', Buffer.from(`\ufeff${LINES.join('\n')}`, 'utf16le')],
  ['what psql prints', Buffer.from(` record \n---------\n ${LINES.join('\n ')}\n(3 rows)\n`)],
])('brotli of %s', async (_, bytes) => {
  expect(await scan(brotliCompressSync(bytes))).toMatchObject({ codes: [], tokens: TOKENS })
})

test('logs behind other text, and what is packed in ways that are not read, are told by how they begin', () => {
  for (const text of [
    `CWLI\tComplete\nRESULTS\t@message\t${LINES[0]}\n`,
    `     1\t${LINES[0]}\n`,
    `const x = [${LINES[0]}]`,
  ])
    expect(beginsAsLog(Buffer.from(text))).toBe(true)
  for (const magic of ['425a6839', 'fd377a585a0000', '377abcaf271c', '04224d18'])
    expect(beginsAsLog(Buffer.from(magic, 'hex'))).toBe(true)
  for (const magic of ['89504e47', '25504446', '50415231']) expect(beginsAsLog(Buffer.from(magic, 'hex'))).toBe(false)
})

test.each([
  'calls',
  'COUNT(*)',
  'count_star()',
  'total_calls',
  'number of calls',
  'request_count',
  'n',
  '# calls',
  'times',
  'c',
])('rows with %s above 1 are sums, and named with the cure', async (name) => {
  const rowsOf = (counts: readonly unknown[]) =>
    cells.map((row, place) => Object.fromEntries([...names, name].map((one, at) => [one, [...row, counts[place]][at]])))
  const sums = rowsOf([7, '1,200', 1])
  const nested = sums.map(({ inputTokenCount, ...one }) => ({ ...one, input: { inputTokenCount } }))
  const bars = [...names, name].join(' | ').concat('\n', sums.map((one) => Object.values(one).join(' | ')).join('\n'))
  for (const text of [tableOf(sums), inLines(sums), inLines(nested), JSON.stringify(sums), `${bars}\n`]) {
    const { tokens, faults } = await scan(Buffer.from(text))
    expect(tokens).toEqual([30])
    expect(faults[0]?.message).toMatch(/left out; 2 that is a sum of several calls: export the records themselves$/)
  }
  // A record of a call may have a number of that name beside it or within, of whatever it is.
  const records = list.map((one) => ({ ...one, [name]: 7, input: { ...one.input, inputBodyJson: { [name]: 7 } } }))
  const named = sums.map((one, place) => ({ ...one, requestId: `${place}` }))
  for (const text of [inLines(records), tableOf(named), inLines(named), tableOf(rowsOf([1, '', '1.0']))])
    expect(await scan(Buffer.from(text))).toMatchObject({ codes: [], tokens: TOKENS })
})

test.each<[string, (key: string, value: string) => unknown]>([
  ['a list of pairs', (key, value) => [{ key, value }]],
  ['a list of pairs with the value first', (key, value) => [{ value, key }]],
  ['lists of two', (key, value) => [[key, value]]],
  ['tags', (Key, Value) => [{ Key, Value }]],
  ['attributes', (name, value) => [{ name, value: { stringValue: value } }]],
  ['what tools for Parquet write', (key, value) => ({ key_value: [{ key, value }] })],
  ['entries', (key, value) => ({ entries: [{ key, value }] })],
  ['text', (key, value) => JSON.stringify({ [key]: value })],
  ['text of pairs', (key, value) => JSON.stringify({ key_value: [{ key, value }] })],
  ['a structure of pairs', (key, value) => `[{key=${key}, value=${value}}]`],
  ['an hstore', (key, value) => `"env"=>NULL, "${key}"=>"${value}"`],
  ['pairs with equals signs', (key, value) => `env=prod,${key}=${value}`],
  ['a list of pairs with equals signs', (key, value) => ['env=prod', `${key}=${value}`]],
  ['a list of pairs with colons', (key, value) => [`${key}:${value}`]],
  ['a list of objects of one', (key, value) => [{ [key]: value }]],
])('metadata as %s', async (_, told) => {
  const all = list.map((one) => ({ ...one, requestMetadata: told('team', 'search') }))
  for (const text of [
    inLines(all),
    tableOf(
      all.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : value]),
        ),
      ),
    ),
  ])
    expect((await recordsOf(text)).map(({ metadata: [team] }) => team)).toEqual(list.map(() => 'search'))
})

test('metadata in a column of its own, and such as cannot be read', async () => {
  for (const name of [
    'requestMetadata.team',
    'requestMetadata_team',
    'request_metadata__team',
    'requestMetadata/team',
    'team',
  ]) {
    const table = tableOf(
      cells.map((row) => [...row, 'search']),
      [...names, name],
    )
    expect((await recordsOf(table)).map(({ metadata: [team] }) => team)).toEqual(list.map(() => 'search'))
  }
  expect(await recordsOf(inLines(list.map((one) => ({ ...one, requestMetadata: "{'team': 'search'}" }))))).toEqual([])
})

test.each([
  ['indented ones behind lines', `${LINES.slice(0, 2).join('\n')}\n${indented(list[2])}\n`],
  ['a list behind a line', `${LINES[0]}\n${indented(list.slice(1))}\n`],
  ['indented ones between lines', `${LINES[0]}\n${indented(list[1])}\n${LINES[2]}\n`],
])('records in two layouts: %s', async (_, text) => {
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: [], tokens: TOKENS })
})

test.each([8, 12, 16, 17, 20])('a table that wraps its cells after %d letters has no wrong model', async (width) => {
  const wrapped = cells.flatMap((row) => {
    const parts = Math.ceil(Math.max(...row.map((cell) => `${cell}`.length)) / width)
    return Array.from({ length: parts }, (_, part) =>
      bars(row.map((cell) => `${cell}`.slice(part * width, part * width + width).padEnd(width))),
    )
  })
  const { tokens, faults } = await scan(Buffer.from(`${[bars(names), '|---|---|', ...wrapped].join('\n')}\n`))
  expect(tokens).toEqual([])
  expect(faults[0]?.message).toMatch(/3 a row that goes on in the next one: print the table without wrapping/)
})

test.each(['…', '...'])('a model that is cut short with %s is none', async (dots) => {
  const short = cells.map(([time, model, ...counts]) => [time, `${model.slice(0, 17)}${dots}`, ...counts])
  const { tokens, faults } = await scan(Buffer.from(tableOf(short, names)))
  expect(tokens).toEqual([])
  expect(faults[0]?.message).toMatch(/3 whose model is cut short, with dots for the rest: print it in full/)
})

test('an encrypted zip is named as such', async () => {
  const encrypted = (isInFolder = false) => {
    const bytes = Buffer.from(
      zipSync({
        ...(isInFolder && { 'logs/': [new Uint8Array(), { level: 0 }] }),
        'a.json': Buffer.from(LINES.join('\n')),
      }),
    )
    const [name, flags] = [bytes.indexOf('a.json'), 24]
    bytes.writeUInt16LE(bytes.readUInt16LE(name - flags) | 1, name - flags)
    return bytes
  }
  expect(beginsAsLog(encrypted())).toBe(true)
  for (const bytes of [encrypted(), encrypted(true), inPieces(encrypted(), 100)]) {
    const { faults } = await scan(bytes)
    expect(faults.map(({ message }) => message)).toEqual([
      'it is an encrypted zip archive, which is not read: unpack it with its password, with 7z x',
    ])
  }
})

test('a number or a word with which a table ends may be cut', async () => {
  const failed = `${names.join()},errorCode\n${cells.map((row) => row.join()).join(',NULL\n')},NU`
  expect(await scan(Buffer.from(failed))).toMatchObject({ codes: ['last-row-open'], tokens: [1000, 200, undefined] })
  const text = `${names.join()}\n${cells.map((row) => row.join()).join('\n')}`
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: ['last-row-open'], tokens: TOKENS })
  expect(await scan(Buffer.from(tableOf(cells.map(Object), names).trimEnd()))).toMatchObject({
    codes: [],
    tokens: TOKENS,
  })
  const cut = gzipSync(text, { level: 0 }).subarray(0, -10)
  expect(await scan(cut)).toMatchObject({ codes: ['not-a-record', 'gzip-truncated'], tokens: [1000, 200] })
})

async function recordsOf(text: string) {
  const records: InvocationRecord[] = []
  const reader = new RecordReader(['team', 'costCenter'])
  await scanObject('x', Buffer.from(text), reader, (record) => records.push(record), new AbortController().signal)
  return records
}

function snakeNames(otlp: string): string {
  return otlp.replace(/"(\w+)(V)alue"|"(\w+)(L)ogs"|"log(R)ecords"/g, (name) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  )
}

function inAttributes({ resourceLogs }: ReturnType<typeof otlp>): string {
  const [told] = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs)
  const logRecords: { body: { kvlistValue: { values: unknown } } }[] = JSON.parse(JSON.stringify(told?.logRecords))
  return JSON.stringify({ logRecords: logRecords.map(({ body }) => ({ attributes: body.kvlistValue.values })) })
}

function otlp(bodies: readonly unknown[]) {
  const typed = (value: unknown): object => {
    if (typeof value !== 'object' || value === null)
      return typeof value === 'number' ? { intValue: `${value}` } : { stringValue: value }
    if (Array.isArray(value)) return { arrayValue: { values: value.map(typed) } }
    return { kvlistValue: { values: Object.entries(value).map(([key, one]) => ({ key, value: typed(one) })) } }
  }
  const attributes = [{ key: 'service.name', value: { stringValue: 's' } }]
  const logRecords = bodies.map((body) => ({ timeUnixNano: '1763632800000000000', body: typed(body), attributes }))
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: {}, logRecords }] }] }
}

test.each(KIN)('%s', async (_, given) => {
  const bytes = Buffer.from(given)
  const right = { codes: [], tokens: TOKENS }
  expect(await scan(bytes)).toMatchObject(right)
  expect(await scan(inPieces(bytes, 100))).toMatchObject(right)
})

function tar(files: Record<string, string | Buffer>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512)
    const bytes = Buffer.from(content)
    header.write(name, 0)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('0', 156)
    header.write('ustar\x0000', 257)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const SECRET = LINES.map((line) => line.replace('hello', 'SECRET'))

test.each<[string, string, RegExp]>([
  ['a chat', JSON.stringify({ messages: SECRET.map((content) => ({ role: 'user', content })) }), /^not-a-record/],
  ['a chat of messages', JSON.stringify({ messages: SECRET.map((message) => ({ role: 'user', message })) }), /^not/],
  ['a prompt', inLines(SECRET.map((prompt) => ({ prompt }))), /^not-a-record: 3 values/],
  ['a record beside other things', JSON.stringify({ prompt: 'SECRET', kept: JSON.parse(SECRET[0] ?? '') }), /^not/],
  ['a table of prompts', `prompt,answer\n${SECRET.map((line) => `${quoted(line)},x\n`).join('')}`, /^not-a-record/],
  [
    'a request',
    JSON.stringify({ modelId: 'm', messages: [{ role: 'user', content: [{ text: SECRET[0] }] }], data: SECRET }),
    /^not-a-record/,
  ],
  [
    'a log of its own',
    inLines([{ timestamp: '2026-11-20T10:00:00Z', model_id: 'm', request_id: 'i', tokens: 5 }]),
    /^not/,
  ],
  [
    'names with dots in what is no JSON',
    '{"timestamp":"2026-11-20T10:00:00Z","modelId":"m","input.inputTokenCount":7,"x":{SECRET}}\n',
    /^not-a-record: 1 line/,
  ],
  ['lines that are not JSON', `${'SECRET '.repeat(9)}\n`, /^not-a-record: 1 value/],
  ['a table without records', '| a | b |\n| - | - |\n', /^not-a-record/],
  ['YAML', "events:\n- eventId: '1'\n  message: SECRET\n", /^unknown-form: it is YAML, .* --output json, or convert/],
  ['an error page', '<?xml version="1.0"?><Error>SECRET</Error>', /^unknown-form: it is HTML or XML/],
  ["Python's notation", `[{'schemaType': 'SECRET'}]`, /^unknown-form: it is the notation of Python .* json.dumps/],
  ["JavaScript's notation", `{modelId: 'SECRET'}`, /^unknown-form: .* or JSON.stringify$/],
  [
    'quotation marks of a text processor',
    '{“modelId”: “SECRET”}',
    /^unknown-form: it is JSON with typographic quotation marks/,
  ],
  ['text for an address', encodeURIComponent(SECRET[0] ?? ''), /^unknown-form: it is JSON that is escaped/],
  ['text for HTML', (SECRET[0] ?? '').replaceAll('"', '&quot;'), /^unknown-form: it is JSON that is escaped/],
  ['colours', '\u001b[1;39m{\u001b[0m\u001b[34m"SECRET"', /jq -M$/],
  ['hexadecimal', Buffer.from(SECRET[0] ?? '').toString('hex'), /xxd -r -p$/],
  ['a data URL', `data:application/json;base64,${base64('SECRET')}`, /base64 -d$/],
  ['YAML of records', `- timestamp: '2026-11-20T10:00:00Z'\n  modelId: SECRET\n`, /^unknown-form: it is YAML/],
  ['a list of values', 'timestamp   : 2026-11-20\nmodelId     : SECRET\n', /ConvertTo-Json/],
  ['columns of spaces', 'timestamp             modelId\n2026-11-20T10:00:00Z  SECRET\n', /write it as CSV or JSON$/],
  ['columns of other marks', 'timestamp^modelId\n2026-11-20T10:00:00Z^SECRET\n', /write it as CSV or JSON$/],
  ['a mail', 'From: SECRET\nSubject: x\n\n{}\n', /e-mail/],
  ['values in lines', '-[ RECORD 1 ]-\nmodelid | SECRET\n', /psql.* mysql/],
  ['a box', '┌─────────┐\n│ message │\n├─────────┤\n│ SECRET  │\n', /\.mode csv/],
  [
    'rows of BigQuery without a schema',
    inLines([{ f: [{ v: '2026-11-20T10:00:00Z' }, { v: 'SECRET' }] }]),
    /names first$/,
  ],
  [
    'two values for columns of one name',
    'timestamp,modelId,inputTokenCount,inputTokenCount\n2026-11-20T10:00:00Z,SECRET,1,2\n',
    /give each column a name of its own$/,
  ],
  [
    'text of a request',
    inLines(SECRET.map((request) => ({ id: 'i', request }))),
    /3 with a record in a prompt.*extract the/,
  ],
  [
    'a table of texts',
    `id,text\n${SECRET.map((line) => `i,${quoted(line)}\n`).join('')}`,
    /3 with a record in a prompt/,
  ],
  ['what jq --stream writes', '[["modelId"],"SECRET"]\n', /leave out --stream$/],
  ['logfmt', 'timestamp=2026-11-20T10:00:00Z level=info modelId=SECRET\n', /logfmt/],
  ['notation of Ruby', '{"modelId"=>"SECRET"}\n', /or of another language/],
  ['notation of a shell of MongoDB', "{\n  _id: ObjectId('SECRET')\n}\n", /or of another language/],
  ['quoted-printable', '{=22modelId=22:=22SECRET=22}\n', /^unknown-form: it is JSON that is escaped/],
  ['JSON with backslashes', `${JSON.stringify(SECRET[0]).slice(1, -1)}\n`, /^unknown-form: it is JSON that is escaped/],
  ['a dump of hexadecimal', '00000000: 7b22 7363 6865 6d61 5479  {"SECRET\n', /xxd -r$/],
  ['a dump of MySQL', "-- MySQL dump 10.13\nINSERT INTO `t` VALUES ('SECRET');\n", /CSV with the names first/],
  ['a record of psql', '-[ RECORD 2 ]-\nmodelid | SECRET\n', /psql.* mysql/],
  ['names in a list', '["timestamp","modelId"]\n["2026-11-20T10:00:00Z","SECRET"]\n', /in pandas$/],
  ['text of Athena', 'UPDATECOUNT\t0\nDATA\tSECRET\n', /--output json$/],
  [
    'messages parted by other marks',
    `t^@message\n${SECRET.map((line) => `1^${quoted(line)}\n`).join('')}`,
    /CSV or JSON$/,
  ],
  ['a table for Excel', `sep=;\n@message;a\nSECRET;b\n`, /first line$/],
  ['a dump', `COPY public.logs (id, line) FROM stdin;\nSECRET\n`, /PostgreSQL.* CSV HEADER$/],
  ['rows in quotation marks', '"2026-11-20T10:00:00Z","maker.model","SECRET"\n', /names first$/],
  ['lists in lines', '["2026-11-20T10:00:00Z","SECRET",10,null]\n', /orient='records' in pandas$/],
  ['carriage returns', 'timestamp,modelId\r2026-11-20T10:00:00Z,SECRET\r', /tr '\\r' '\\n'$/],
  ['a request of one text', JSON.stringify({ inputText: SECRET[0] }), /^not-a-record/],
  ['a row that is cut', `${(rows[0] ?? []).join()}\n,2026-11-20T10:00:00Z,SECRET,10`, /^not-a-record: 1 value/],
  ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /git lfs pull$/],
  ['wrapped base64', `${'QUJD'.repeat(19)}\nQUJD\n`, /base64 -d$/],
  ['backslashes', `a,@message\n1,"{\\"modelId\\":1}"\n`, /^unknown-form: it is a table with backslashes/],
  [
    'times in no form',
    inLines(list.map((one) => ({ ...one, timestamp: '20/Nov/2026 SECRET' }))),
    /^not-a-record: 3 lines .*; 3 with no model, or with a time that is missing, does not exist, or is neither ISO 8601 nor a number since 1970$/,
  ],
  [
    'times that do not exist',
    inLines(
      ['2026-02-30T10:00:00Z', '2026-13-01T10:00:00Z', '2026-11-20T25:61:00Z'].map((timestamp) => ({
        ...list[0],
        timestamp,
      })),
    ),
    /^not-a-record: 3 lines .*; 3 with no model, or with a time that is missing, does not exist,/,
  ],
])('%s is not counted, and its text is in no message', async (_, text, message) => {
  const { faults, tokens } = await scan(Buffer.from(text))
  expect(tokens).toEqual([])
  expect(faults.map((fault) => `${fault.code}: ${fault.message}`).join()).toMatch(message)
  expect(JSON.stringify(faults)).not.toContain('SECRET')
})

test('a prompt that holds records is not looked into', async () => {
  const input = { inputBodyJson: { messages: SECRET, records: list, events: list }, inputTokenCount: 1000 }
  expect(await scan(Buffer.from(inLines([{ ...list[0], input }])))).toMatchObject({ tokens: [1000], codes: [] })
  expect(await scan(Buffer.from(indented([{ ...list[0], input }])))).toMatchObject({ tokens: [1000], codes: [] })
})

test.each<[string, () => Buffer, string[]]>([
  ['a zip bomb', () => Buffer.from(zipSync({ 'a.json': Buffer.alloc(2 ** 27) })), ['line-too-long', 'gzip-bomb']],
  ['a bomb in gzip twice', () => gzipSync(gzipSync(Buffer.alloc(2 ** 27))), ['line-too-long', 'gzip-bomb']],
  ['text without an end', () => Buffer.alloc(2 ** 25, 'a'), ['line-too-long']],
  ['a workbook', () => Buffer.from(zipSync({ 'xl/workbook.xml': Buffer.from('<a/>') })), ['unknown-form']],
  ['a cut tar', () => tar({ 'a.json': LINES.join('\n') }).subarray(0, 700), ['not-a-record', 'archive-damaged']],
  [
    'what is packed without end',
    () => [1, 2, 3, 4, 5, 6, 7, 8].reduce((bytes) => gzipSync(bytes), Buffer.from('x')),
    ['unknown-form'],
  ],
  [
    'a zip with other files',
    () => Buffer.from(zipSync({ 'a.md': Buffer.from('# a'), 'data/a.json': Buffer.from(LINES[0] ?? '') })),
    ['files-not-read'],
  ],
])('%s is told of', async (_, bytes, codes) => {
  const told = await scan(bytes())
  expect(new Set(told.codes)).toEqual(new Set(codes))
})

async function scan(source: ObjectBytes) {
  const tokens: (number | undefined)[] = []
  const { faults, records } = await scanObject(
    'x',
    source,
    new RecordReader(),
    (record) => tokens.push(record.inputTokens),
    new AbortController().signal,
  )
  expect(records).toBe(tokens.length)
  return { tokens, codes: faults.map(({ code }) => code), faults }
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A frame of zstd that holds the bytes as they are (RFC 8878, 3.1.1). */
function stored(bytes: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0])
  head.writeUInt32LE(bytes.length, 5)
  const block = Buffer.alloc(3)
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3)
  return Buffer.concat([head, block, bytes])
}

const utf16 = (text: string) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('\ufeff', ''), 'utf16le')])

describe.each(FORMS)('%s', (_, text) => {
  const bytes = Buffer.from(text)
  it.each<[string, () => ObjectBytes]>([
    ['plain', () => bytes],
    ['gzipped', () => gzipSync(bytes)],
    ['gzipped in two members', () => Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))])],
    ['byte by byte', () => inPieces(bytes, 1)],
    ['in pieces', () => inPieces(gzipSync(bytes), 333)],
    ['as zstd', () => stored(bytes)],
    ['as zstd in pieces', () => inPieces(stored(bytes), 100)],
    ['in a zip', () => Buffer.from(zipSync({ 'a/log.json': bytes, 'a/10/data/r_input.json': Buffer.from('{}') }))],
    ['gzipped in a zip, in pieces', () => inPieces(Buffer.from(zipSync({ 'log.gz': gzipSync(bytes) })), 100)],
    ['after a byte-order mark', () => Buffer.from(`\ufeff${text.replace('\ufeff', '')}`)],
    ['in UTF-16', () => utf16(text)],
    ['in UTF-16 with the high byte first', () => utf16(text).swap16()],
  ])('%s', async (_, source) => {
    expect(await scan(source())).toEqual({ tokens: TOKENS, codes: [], faults: [] })
  })

  it('cut in the middle: what is left out is told', async () => {
    const { tokens, codes } = await scan(bytes.subarray(0, Math.floor(bytes.length / 2)))
    expect(tokens).toEqual(TOKENS.slice(0, tokens.length))
    expect(codes).toEqual(['not-a-record'])
  })

  it('gzipped and cut in the middle', async () => {
    const packed = gzipSync(bytes)
    const { codes } = await scan(packed.subarray(0, Math.floor(packed.length / 2)))
    expect(codes).toContain('gzip-truncated')
  })
})

test('zstd that a real packer wrote', async () => {
  const real =
    'KLUv/WTEBL0JADZSOCFAi9t4669oa0XsKoORW0dvfB05ClAwjLddQXzkjKKDnQguAC4ALwCb/KEid+NYhwgVRVHWWksppVCRIXh+vSwMESakpmrkSkqlgJULFdvD3vdpHiUBipRIv8ztaZnHnOWwNK3d45kd/DnL9IMI191CuBnP3LZGhAIpMxMppe9jUOmdBUyDaPKvEU0yUykyeBe6we0KiKVxWmOouC3SeN7nZkgU/zVuEGGqgqTFWqRi5UoBC2CCeVCobhHQ0QUNYQP27GNxRBP39YPWBhDrtEvMPs+dqaq/qzcwZceORb553iEgQALDjJ0dZFCl3ApfQeBdxO3aKD5CNU6J2oXWj0iWWNaQBdPEzVliTXNfxcGYR3QYLGdq2xY5abEuOz7Q7rucz3mAlQAQlg9Hmc2cHNgH0+JOz+lgJg=='
  expect(await scan(Buffer.from(real, 'base64'))).toMatchObject({ tokens: [1000, 1000, 1000], codes: [] })
})

test.each<[string, Buffer, string, RegExp]>([
  ['bzip2', Buffer.from('BZh91AY&SY'), 'unknown-form', /^it is bzip2, which is not read: unpack it with bunzip2$/],
  ['SQLite', Buffer.from('SQLite format 3\0'), 'unknown-form', /sqlite3 -json$/],
  ['Arrow', Buffer.from('ARROW1\0\0'), 'unknown-form', /Arrow/],
  ['a pickle', Buffer.from('8004958b', 'hex'), 'unknown-form', /to_json or json.dumps$/],
  ['Parquet', Buffer.from('PAR1....PAR1'), 'unknown-form', /Parquet/],
  ['zstd that is cut', stored(Buffer.from(LINES.join('\n'))).subarray(0, 300), 'archive-damaged', /truncated/],
  [
    'a zip that is cut',
    Buffer.from(zipSync({ a: Buffer.from(LINES.join('\n')) })).subarray(0, 200),
    'archive-damaged',
    /truncated/,
  ],
  [
    'a query without @message',
    Buffer.from(indented({ results: [[{ field: 'modelId', value: 'm' }]] })),
    'not-a-record',
    /^1 value is not a record/,
  ],
])('%s is named', async (_, bytes, code, message) => {
  const { faults } = await scan(bytes)
  expect(faults.at(-1)).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a damaged member of an archive is read up to the damage', async () => {
  const damaged = gzipSync(LINES.join('\n'), { level: 0 })
  damaged.fill(0xff, damaged.length - 30, damaged.length - 20)
  const tarred = tar({ 'a.gz': damaged, 'b.json': LINES[2] ?? '' })
  expect(await scan(tarred)).toMatchObject({ tokens: [1000, 200, 30], codes: ['not-a-record', 'gzip-corrupt'] })
})

test.each(['\n', '\r\n', '\n\n', ' \t\n', '\x1a', '\0\0\n'])('gzip with %j behind it is whole', async (blanks) => {
  const member = (lines: readonly string[]) => [gzipSync(lines.join('\n')), Buffer.from(blanks)]
  const apart = Buffer.concat([...member(LINES.slice(0, 1)), ...member(LINES.slice(1))])
  for (const bytes of [Buffer.concat(member(LINES)), ...(blanks.endsWith('\n') && blanks > '\t' ? [apart] : [])])
    for (const source of [bytes, inPieces(bytes, 1), inPieces(bytes, 100)])
      expect(await scan(source)).toMatchObject({ codes: [], tokens: TOKENS })
})

test.each([
  ['zip', (files: Record<string, Buffer>) => Buffer.from(zipSync(files)), [0x50, 0x4b, 3, 4]],
  ['tar', (files: Record<string, Buffer>) => tar(files), [...Buffer.from('b.json')]],
] as const)('a %s that is cut between two files is told of', async (_, packed, next) => {
  const bytes = packed({
    'a.json': Buffer.from(LINES.slice(0, 1).join()),
    'b.json': Buffer.from(LINES.slice(1).join()),
  })
  const cut = bytes.subarray(0, bytes.indexOf(Buffer.from(next), 1))
  for (const source of [cut, inPieces(cut, 100)])
    expect(await scan(source)).toMatchObject({ codes: ['archive-damaged'], tokens: [1000] })
})

test('beside an empty list, a text that is not read is told of', async () => {
  const blob = gzipSync(LINES.join('\n')).toString('base64')
  expect(await scan(Buffer.from(JSON.stringify({ tags: [], blob })))).toMatchObject({ codes: ['not-a-record'] })
  expect(await scan(Buffer.from('{"events":[],"nextForwardToken":"f/1"}'))).toMatchObject({ codes: [] })
  expect(await scan(Buffer.from('{"Items":[],"Count":0}'))).toMatchObject({ codes: [] })
})

test('records of which damage makes one are told of, and none of them counts for both', async () => {
  const told = { codes: ['not-a-record'] }
  const text = JSON.stringify(list)
  const torn = text.replace('"messages"', '"messages:').replace('"hello"', '"hel"lo"')
  expect(torn).not.toBe(text)
  for (const one of [torn, text.replace('"content"', '"content{'), text.replace('"text"', '"text')])
    expect(await scan(Buffer.from(one))).toMatchObject(told)
  const table = `@message,t\n${LINES.map((line) => `${quoted(line)},t\n`).join('')}`
  expect(await scan(Buffer.from(table.replace(',t\n"', ',tx"')))).toMatchObject(told)
  expect(await scan(Buffer.from(JSON.stringify({ e: LINES }).replace('"{', '"x')))).toMatchObject(told)
})

test('a record with a control character in a text counts once, wherever it stands', async () => {
  const all = LINES.map((line) => line.replace('hello', 'he\tllo'))
  const text = inLines(all.map((message) => ({ message, event: { original: message } })))
  expect(await scan(Buffer.from(text))).toMatchObject({ codes: [], tokens: TOKENS })
})

test.each(['\t', ' ', '\r\n', ''])('base64 with %j between is read', async (between) => {
  const packed = LINES.flatMap((line) => [gzipSync(line), gzipSync(`${line} `)]).map((one) => one.toString('base64'))
  expect(await scan(Buffer.from(packed.join(between)))).toMatchObject({
    codes: [],
    tokens: TOKENS.flatMap((tokens) => [tokens, tokens]),
  })
  if (between)
    expect(await scan(Buffer.from(LINES.map(base64).join(between)))).toMatchObject({ codes: [], tokens: TOKENS })
})

test('a file of which some is no record says which share', async () => {
  const { faults } = await scan(Buffer.from(`${LINES.join('\n')}\nhello\n`))
  expect(faults).toEqual([
    { name: 'x', code: 'not-a-record', message: 'of 4, 1 line is not a record of a Bedrock invocation, left out' },
  ])
})

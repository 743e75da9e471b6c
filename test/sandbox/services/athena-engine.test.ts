import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { type EngineTable, runSql } from '../../../src/sandbox/services/athena/engine.ts'
import { parseType, readAs } from '../../../src/sandbox/services/athena/hive-types.ts'
import { describeWithDuckDb } from '../../support/duckdb.ts'

const SERDE = { mapping: new Map([['made', 'Made-by']]), ignoresCase: false }
const read = (type: string, value: unknown) => readAs(parseType(type), value, SERDE)

// Trino's OpenX JSON SerDe (lib/trino-hive-formats, README): "Type Mapping".
test.each([
  ['string', { a: [1] }, '{"a":[1]}'],
  ['string', 7, '7'],
  ['bigint', '12', 12],
  ['bigint', 'x', null],
  ['bigint', 1.9, 1],
  ['array<bigint>', 5, [5]],
  ['array<bigint>', '', null],
  ['struct<made:bigint>', { 'Made-by': 3, made: 4 }, { made: 3 }],
  ['struct<a:bigint,b:string>', [1, 'x'], { a: 1, b: 'x' }],
  ['struct<a:bigint>', ' ', null],
  ['map<string,string>', { Team: 1 }, { Team: '1' }],
])('a %s is read of %p', (type, value, expected) => expect(read(type, value)).toEqual(expected))

test.each([
  ['struct<a:bigint>', 'secret'],
  ['array<struct<a:bigint>>', ['[DONE]']],
  ['bigint', {}],
])('a %s cannot be read of %p: the whole query fails', (type, value) => {
  expect(() => read(type, value)).toThrow('can not be coerced')
})

describeWithDuckDb('a query of the sandbox', () => {
  const objects = new Map<string, Uint8Array>(
    ['1/eu/2026/11/28', '1/eu/2026/11/29', '2/eu/2026/11/29', '1/us/2026/11/29'].map((folder, index) => [
      `logs/${folder}/10/${index}.json.gz`,
      gzipSync(`{"n":${index + 1}}\nno JSON\n`),
    ]),
  )
  const table = (accounts = '1,2'): EngineTable => ({
    columns: [
      { name: 'n', type: 'bigint' },
      { name: 'broken', type: 'struct<x:bigint>' },
    ],
    partitionKeys: ['account', 'aws_region', 'day'],
    parameters: new Map([
      ['projection.account.type', 'enum'],
      ['projection.account.values', accounts],
      ['projection.aws_region.type', 'enum'],
      ['projection.aws_region.values', 'eu'],
      ['projection.day.type', 'date'],
      ['projection.day.range', '2026/01/01,NOW'],
      ['storage.location.template', ['s3://b/logs/$', '{account}/$', '{aws_region}/$', '{day}/'].join('')],
    ]),
    serde: new Map(),
    *objects(_, prefix) {
      for (const [key, body] of objects) if (key.startsWith(prefix)) yield { key, body }
    },
  })
  const run = (sql: string, of = table(), limit?: number) =>
    runSql(sql, 'd', (database, name) => (database === 'd' && name === 't' ? of : undefined), limit)

  test('reads the partitions that are asked for and that the table knows, and no others', async () => {
    const size = objects.get('logs/1/eu/2026/11/28/10/0.json.gz')?.length ?? 0
    const all = await run('SELECT sum(n) AS n FROM t')
    expect([all.rows, all.bytes >= 3 * size - 3]).toEqual([[['6']], true])
    const day = await run(
      `WITH c AS (SELECT * FROM "d"."t" WHERE day = '2026/11/28' AND n > 0) SELECT n, account FROM c`,
    )
    expect(day).toMatchObject({ rows: [['1', '1']], columns: ['n', 'account'], bytes: size })
    expect((await run("SELECT count(*) AS n FROM t WHERE account = '3'")).bytes).toBe(0)
    expect((await run('SELECT sum(n) AS n FROM t', table('2'))).rows).toEqual([['3']])
  })

  test('fails in the words of Athena', async () => {
    await expect(run('SELECT * FROM nothing')).rejects.toThrow(/^TABLE_NOT_FOUND: .*d\.nothing/)
    await expect(run('SELECT FROM')).rejects.toThrow(/^SYNTAX_ERROR/)
    await expect(run('SELECT count(*) AS n FROM t', table(), 10)).rejects.toThrow('Bytes scanned limit')
    objects.set('logs/1/eu/2026/11/29/10/bad.json', new TextEncoder().encode('{"broken":"secret"}\n'))
    await expect(run('SELECT broken FROM t')).rejects.toThrow(/^HIVE_CURSOR_ERROR: Primitive/)
    // Only what a query names is read.
    expect((await run('SELECT sum(n) AS n FROM t')).rows).toEqual([['6']])
  })
})

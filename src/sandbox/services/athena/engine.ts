import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { BadData, duckType, member, parseType, readAs, type SerDe } from './hive-types.ts'

/** A table of Glue over a bucket, with partitions that Athena works out by itself. */
export interface EngineTable {
  columns: readonly { name: string; type: string }[]
  partitionKeys: readonly string[]
  /** Of the table, with its projection, and of its SerDe. */
  parameters: ReadonlyMap<string, string>
  serde: ReadonlyMap<string, string>
  objects(bucket: string, prefix: string): Iterable<{ key: string; body: Uint8Array }>
}

export interface Answer {
  columns: string[]
  rows: (string | null)[][]
  /** As the objects are stored. */
  bytes: number
}

/** What a query fails with, in Athena's words. */
export class QueryFailure extends Error {}

/** What Athena has and DuckDB calls otherwise. Percentiles are exact here. DuckDB's `element_at` gives a list. */
const MACROS = [
  'from_iso8601_timestamp(x) AS CAST(x AS TIMESTAMPTZ)',
  'to_unixtime(x) AS epoch(x)',
  'from_unixtime(x) AS to_timestamp(x)',
  'element_at(x, y) AS x[y]',
  'cardinality(x) AS len(x)',
  'regexp_like(x, p) AS regexp_matches(x, p)',
  'approx_percentile(x, p) AS quantile_disc(x, p)',
]

type Node = Record<string, unknown>

/** As Athena: only the partitions let through, and the columns named, are read. @throws QueryFailure */
export async function runSql(
  sql: string,
  database: string,
  tableOf: (database: string, table: string) => EngineTable | undefined,
  limit = Number.POSITIVE_INFINITY,
): Promise<Answer> {
  const run = await connect()
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-athena-'))
  try {
    for (const macro of MACROS) await run(`CREATE MACRO ${macro}`)
    const [[serialized = '{}'] = []] = (await run(`SELECT json_serialize_sql(${quoted(sql)})`)).rows
    const tree = parsedTree(serialized)
    if (tree.error === true) throw new QueryFailure(`SYNTAX_ERROR: ${tree.error_message}`)
    const nodes = [...walk(tree)]
    const named = new Set(nodes.flatMap(({ column_names: names }) => (Array.isArray(names) ? names : [])))
    let bytes = 0
    for (const select of nodes.filter(({ type }) => type === 'SELECT_NODE')) {
      const from = select.from_table as Node
      if (from?.type !== 'BASE_TABLE') continue
      const [schema, name] = [String(from.schema_name || database), String(from.table_name)]
      const isOfQuery = nodes.some(({ cte_map: ctes }) => JSON.stringify(ctes ?? '').includes(`"key":"${name}"`))
      if (isOfQuery && !from.schema_name) continue
      const table = tableOf(schema, name)
      if (!table) {
        throw new QueryFailure(`TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.${schema}.${name}' does not exist`)
      }
      const wanted = await partitionsOf(run, table, select.where_clause as Node | null)
      bytes += wanted.reduce((sum, { body }) => sum + body.length, 0)
      if (bytes > limit) throw new QueryFailure('Query exhausted resources: Bytes scanned limit was exceeded')
      await load(run, { schema, name, table, named }, wanted, join(folder, `${schema}.${name}.json`))
    }
    await run(`CREATE SCHEMA IF NOT EXISTS ${name(database)}`)
    await run(`SET search_path = ${quoted(`${name(database)},main`)}`)
    return { ...(await run(sql)), bytes }
  } catch (error) {
    if (error instanceof QueryFailure) throw error
    if (error instanceof BadData) throw new QueryFailure(`HIVE_CURSOR_ERROR: ${error.message}`)
    throw new QueryFailure(`GENERIC_INTERNAL_ERROR: ${(error as Error).message}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Run = (sql: string) => Promise<Omit<Answer, 'bytes'>>

/** DuckDB is no part of this program: a sandbox without it answers every query that it cannot run it. */
async function connect(): Promise<Run> {
  const loaded = await import('@duckdb/node-api').catch(() => undefined)
  if (!loaded) throw new QueryFailure('the sandbox runs SQL with DuckDB: npm install @duckdb/node-api')
  const instance = await loaded.DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'; SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
  return async (sql) => {
    const reader = await connection.runAndReadAll(sql)
    const rows = reader.getRowsJson().map((row) => row.map((value) => (value === null ? null : textOf(value))))
    return { columns: reader.deduplicatedColumnNames(), rows }
  }
}

/** Places in the text are beyond JavaScript's whole numbers, and nobody's concern. */
function parsedTree(text: string | null = ''): Node {
  return JSON.parse(text ?? '', (key, value) => (key === 'query_location' ? 0 : value))
}

const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const name = (text: string) => `"${text.replaceAll('"', '""')}"`

function* walk(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Node
  for (const each of Object.values(value)) yield* walk(each)
}

/** The objects in the partitions that are asked for: those of values, and of days, that the projection knows. */
async function partitionsOf(run: Run, table: EngineTable, where: Node | null): Promise<Located[]> {
  const found = [...locate(table)]
  const values = [...new Map(found.map(({ partition }) => [partition.join('\n'), partition])).values()]
  const keys = table.partitionKeys
  const rows = values.map((value) => `(${value.map(quoted).join(', ')})`).join(', ')
  if (rows === '') return []
  await run(`CREATE OR REPLACE TABLE projected AS SELECT * FROM (VALUES ${rows}) AS t(${keys.map(name).join(', ')})`)
  const asked = conjuncts(where).filter((condition) => {
    const columns = [...walk(condition)].flatMap(({ column_names: names }) => (Array.isArray(names) ? names : []))
    return columns.length > 0 && columns.every((column) => keys.includes(String(column)))
  })
  const [[template = ''] = []] = (await run("SELECT json_serialize_sql('SELECT * FROM projected WHERE true AND true')"))
    .rows
  const tree = parsedTree(template)
  const both = [...walk(tree)].find(({ type }) => type === 'CONJUNCTION_AND') as { children: Node[] }
  both.children.push(...asked)
  const left = (await run(`SELECT * FROM json_execute_serialized_sql(${quoted(JSON.stringify(tree))})`)).rows
  const kept = new Set(left.map((row) => row.join('\n')))
  return found.filter(({ partition }) => kept.has(partition.join('\n')))
}

function conjuncts(where: Node | null): Node[] {
  if (!where) return []
  return where.type === 'CONJUNCTION_AND' ? (where.children as Node[]).flatMap(conjuncts) : [where]
}

interface Located {
  partition: string[]
  body: Uint8Array
}

/** All objects below the partitions' folders, at any depth, with the values of their partitions. */
function* locate({ partitionKeys, parameters, objects }: EngineTable): Generator<Located> {
  const template = parameters.get('storage.location.template') ?? ''
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(template) ?? []
  const places = [...path.matchAll(/\$\{(\w+)\}/g)].map(([, key = '']) => key)
  const pattern = new RegExp(
    `^${path
      .split(/\$\{\w+\}/)
      .map((text) => text.replace(/[.*+?^()|[\]\\/]/g, '\\$&'))
      .reduce(
        (all, text, index) => `${all}(${places[index - 1] === 'day' ? '\\d{4}/\\d\\d/\\d\\d' : '[^/]+'})${text}`,
      )}`,
  )
  const [prefix = ''] = path.split('${')
  for (const { key, body } of objects(bucket, prefix)) {
    const values = pattern.exec(key)?.slice(1)
    if (!values) continue
    const partition = partitionKeys.map((one) => values[places.indexOf(one)] ?? '')
    const isProjected = partitionKeys.every((one, index) => isIn(parameters, one, partition[index] ?? ''))
    if (isProjected) yield { partition, body }
  }
}

function isIn(parameters: EngineTable['parameters'], key: string, value: string): boolean {
  const of = (what: string) => parameters.get(`projection.${key}.${what}`) ?? ''
  if (of('type') === 'enum') return of('values').split(',').includes(value)
  const [from = '', to = ''] = of('range').split(',')
  return value >= from && (to === 'NOW' || value <= to)
}

/** Makes a table of the columns that the query names. A line that is no JSON is a row of nothing. */
async function load(
  run: Run,
  { schema, name: table, table: of, named }: { schema: string; name: string; table: EngineTable; named: Set<unknown> },
  located: readonly Located[],
  file: string,
): Promise<void> {
  const mapping = [...of.serde].flatMap(([key, to]) =>
    key.startsWith('mapping.') ? [[key.slice(8), to] as const] : [],
  )
  const serde: SerDe = { mapping: new Map(mapping), ignoresCase: of.serde.get('case.insensitive') !== 'false' }
  const columns = of.columns
    .filter((column) => named.has(column.name))
    .map((column) => ({ name: column.name, type: parseType(column.type) }))
  const lines: string[] = []
  for (const { partition, body } of located) {
    const keys = Object.fromEntries(of.partitionKeys.map((key, index) => [key, partition[index]]))
    const text = new TextDecoder().decode(body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body)
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      const record = parsed(line)
      const row = columns.map((column) => [column.name, readAs(column.type, member(record, column.name, serde), serde)])
      lines.push(`${JSON.stringify({ ...Object.fromEntries(row), ...keys })}\n`)
    }
  }
  await writeFile(file, lines)
  const types = [
    ...columns.map((column) => `${quoted(column.name)}: ${quoted(duckType(column.type))}`),
    ...of.partitionKeys.map((key) => `${quoted(key)}: 'VARCHAR'`),
  ]
  const options = `format = 'newline_delimited', maximum_object_size = 67108864, columns = {${types.join(', ')}}`
  await run(`CREATE SCHEMA IF NOT EXISTS ${name(schema)}`)
  await run(
    `CREATE OR REPLACE TABLE ${name(schema)}.${name(table)} AS SELECT * FROM read_json(${quoted(file)}, ${options})`,
  )
}

function parsed(line: string): object {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Context } from '../../../../src/core/context.ts'
import type { BillLine } from '../../../../src/report/bill/line.ts'
import { type ExportQuestion, readExports } from '../../../../src/report/sources/cur/read.ts'
import { shelfOnDisk } from '../../../../src/report/sources/cur/shelf.ts'
import { describeWithDuckDb, openDuckDb, type Sql } from '../../../support/duckdb.ts'
import { AS_FOCUS, IS_BEDROCK, LINES } from './exported.ts'

const CX: Context = {
  clock: { now: () => Date.UTC(2026, 10, 23), sleep: () => Promise.reject(new Error('reading files does not sleep')) },
  signal: new AbortController().signal,
  emit: () => {},
}
const ROWS = 3_000

async function read(path: string, question: Partial<ExportQuestion> = {}) {
  return readExports(CX, await shelfOnDisk(path), { by: ['model'], ...question })
}

const DAY = (start: number) => new Date(start).toISOString().slice(0, 10)

/** Sums by a key, as exact decimals of twelve places: finer is nothing that DuckDB wrote. */
function sums(lines: readonly BillLine[], key: (line: BillLine) => string, amount: (line: BillLine) => bigint | null) {
  const found = new Map<string, bigint>()
  for (const line of lines) found.set(key(line), (found.get(key(line)) ?? 0n) + (amount(line) ?? 0n))
  return Object.fromEntries([...found].sort())
}

const whole = (lines: readonly BillLine[], metric: 'unblended' | 'net' | 'list') => {
  const of = (line: BillLine) => `${DAY(line.start)} ${line.account} ${line.usageType}`
  return sums(lines, of, ({ amounts }) => amounts[metric])
}

describeWithDuckDb('exports that DuckDB wrote', () => {
  let sql: Sql
  let folder: string
  beforeAll(async () => {
    sql = await openDuckDb()
    folder = await mkdtemp(join(tmpdir(), 'cur-'))
    await sql(`CREATE TABLE lines AS ${LINES(ROWS)}`)
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** What DuckDB makes of it, in atto-dollars. */
  async function judged(column: string, where = 'true') {
    const rows = await sql(`SELECT strftime(line_item_usage_start_date, '%Y-%m-%d') || ' ' || line_item_usage_account_id || ' ' || line_item_usage_type AS key,
      sum(${column})::VARCHAR AS sum FROM lines WHERE ${IS_BEDROCK} AND ${where} GROUP BY ALL`)
    const atto = (text: unknown) => BigInt(String(text).replace('.', '')) * 10n ** 6n
    return Object.fromEntries(rows.map(({ key, sum }): [string, bigint] => [String(key), atto(sum)]).sort())
  }

  const DOUBLES = `SELECT * REPLACE (line_item_usage_amount::DOUBLE AS line_item_usage_amount, line_item_unblended_cost::DOUBLE AS line_item_unblended_cost,
    line_item_net_unblended_cost::DOUBLE AS line_item_net_unblended_cost, pricing_public_on_demand_cost::DOUBLE AS pricing_public_on_demand_cost) FROM lines`
  const TEXTS = `SELECT * REPLACE (line_item_unblended_cost::VARCHAR AS line_item_unblended_cost, line_item_usage_start_date::VARCHAR AS line_item_usage_start_date,
    to_json(product)::VARCHAR AS product, to_json(resource_tags)::VARCHAR AS resource_tags, to_json(tags)::VARCHAR AS tags) FROM lines`
  const SECONDS = `SELECT * REPLACE (line_item_usage_start_date::TIMESTAMP_MS AS line_item_usage_start_date) FROM lines`
  const NANOS = `SELECT * REPLACE (line_item_usage_start_date::TIMESTAMP_NS AS line_item_usage_start_date, bill_billing_period_start_date::TIMESTAMP_NS AS bill_billing_period_start_date) FROM lines`
  const CSV = `SELECT * REPLACE (to_json(product)::VARCHAR AS product, to_json(resource_tags)::VARCHAR AS resource_tags, to_json(tags)::VARCHAR AS tags,
    strftime(line_item_usage_start_date, '%Y-%m-%dT%H:%M:%S.000Z') AS line_item_usage_start_date) FROM lines`
  const LEGACY = `SELECT line_item_usage_start_date AS "lineItem/UsageStartDate", bill_billing_period_start_date AS "bill/BillingPeriodStartDate", bill_billing_entity AS "bill/BillingEntity",
    bill_payer_account_id AS "bill/PayerAccountId", line_item_usage_account_id AS "lineItem/UsageAccountId", line_item_line_item_type AS "lineItem/LineItemType",
    line_item_product_code AS "lineItem/ProductCode", line_item_usage_type AS "lineItem/UsageType", line_item_operation AS "lineItem/Operation",
    line_item_line_item_description AS "lineItem/LineItemDescription", line_item_usage_amount AS "lineItem/UsageAmount", line_item_unblended_cost AS "lineItem/UnblendedCost",
    line_item_net_unblended_cost AS "lineItem/NetUnblendedCost", pricing_public_on_demand_cost AS "pricing/publicOnDemandCost", pricing_unit AS "pricing/unit",
    product_product_family AS "product/productFamily", product_region_code AS "product/regionCode", product['product_name'] AS "product/ProductName", product['model'] AS "product/model",
    resource_tags['user_team'] AS "resourceTags/user:team" FROM lines`

  it.each([
    ['decimals, Snappy', 'SELECT * FROM lines', 'a.parquet', 'FORMAT parquet'],
    ['doubles, gzip, small groups of rows', DOUBLES, 'b.parquet', 'FORMAT parquet, COMPRESSION gzip, ROW_GROUP_SIZE 2048'],
    ['texts and maps as JSON, zstd', TEXTS, 'c.parquet', 'FORMAT parquet, COMPRESSION zstd'],
    ['milliseconds, not packed, version 2', SECONDS, 'd.parquet', 'FORMAT parquet, COMPRESSION uncompressed, PARQUET_VERSION V2'],
    ['nanoseconds, Brotli', NANOS, 'e.parquet', 'FORMAT parquet, COMPRESSION brotli'],
    ['no dictionaries', DOUBLES, 'f.parquet', 'FORMAT parquet, DICTIONARY_SIZE_LIMIT 1'],
    ['no dictionaries, version 2', DOUBLES, 'g.parquet', 'FORMAT parquet, DICTIONARY_SIZE_LIMIT 1, PARQUET_VERSION V2'],
    ['CSV', CSV, 'a.csv', 'HEADER'],
    ['CSV, gzip', CSV, 'b.csv.gz', 'HEADER, COMPRESSION gzip'],
    ['CSV, zstd', CSV, 'c.csv.zst', 'HEADER, COMPRESSION zstd'],
    ['a report of before Data Exports', LEGACY, 'd.csv.gz', 'HEADER, COMPRESSION gzip'],
    ['the same in Parquet', LEGACY, 'h.parquet', 'FORMAT parquet'],
  ])('are added up as DuckDB does: %s', async (_, select, name, options) => {
    const path = join(folder, name)
    await sql(`COPY (${select}) TO '${path}' (${options})`)
    const { lines, warnings, metric } = await read(path)
    expect(warnings).toEqual([])
    expect(metric).toBe('unblended')
    expect(whole(lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    expect(whole(lines, 'net')).toEqual(await judged('coalesce(line_item_net_unblended_cost, line_item_unblended_cost)'))
    expect(whole(lines, 'list')).toEqual(await judged('pricing_public_on_demand_cost'))
  })
})

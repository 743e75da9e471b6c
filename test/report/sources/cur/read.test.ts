import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, test } from '@jest/globals'
import { zipSync } from 'fflate'
import type { Context } from '../../../../src/core/context.ts'
import type { BillLine } from '../../../../src/report/bill/line.ts'
import { billedReading } from '../../../../src/report/sources/billed.ts'
import { type ExportQuestion, readExports } from '../../../../src/report/sources/cur/read.ts'
import { shelfOnDisk } from '../../../../src/report/sources/cur/shelf.ts'
import { addSpend, noSpend } from '../../../../src/report/spending.ts'
import { tally } from '../../../../src/report/tally.ts'
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
    const rows =
      await sql(`SELECT strftime(line_item_usage_start_date, '%Y-%m-%d') || ' ' || line_item_usage_account_id || ' ' || line_item_usage_type AS key,
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
    [
      'doubles, gzip, small groups of rows',
      DOUBLES,
      'b.parquet',
      'FORMAT parquet, COMPRESSION gzip, ROW_GROUP_SIZE 2048',
    ],
    ['texts and maps as JSON, zstd', TEXTS, 'c.parquet', 'FORMAT parquet, COMPRESSION zstd'],
    [
      'milliseconds, not packed, version 2',
      SECONDS,
      'd.parquet',
      'FORMAT parquet, COMPRESSION uncompressed, PARQUET_VERSION V2',
    ],
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
    expect(whole(lines, 'net')).toEqual(
      await judged('coalesce(line_item_net_unblended_cost, line_item_unblended_cost)'),
    )
    expect(whole(lines, 'list')).toEqual(await judged('pricing_public_on_demand_cost'))
  })

  it('tell apart who called and the tags that are asked for, in maps and in JSON', async () => {
    const judge = async (value: string) => {
      const rows = await sql(
        `SELECT coalesce(${value}, '') AS key, sum(line_item_unblended_cost)::VARCHAR AS sum FROM lines WHERE ${IS_BEDROCK} GROUP BY ALL`,
      )
      return Object.fromEntries(
        rows
          .map(({ key, sum }): [string, bigint] => [String(key), BigInt(String(sum).replace('.', '')) * 10n ** 6n])
          .sort(),
      )
    }
    await sql(`COPY lines TO '${folder}/maps.parquet' (FORMAT parquet)`)
    await sql(`COPY (${CSV}) TO '${folder}/maps.csv' (HEADER)`)
    for (const name of ['maps.parquet', 'maps.csv']) {
      const { lines, warnings } = await read(join(folder, name), {
        by: ['identity', 'tag:team', 'principal-tag:team', 'tag:gone'],
      })
      expect(warnings).toMatchObject([
        { code: 'bill-untold', message: expect.stringMatching(/^nothing on the bill has the tag gone:/) },
      ])
      const by = (of: (line: BillLine) => string) => sums(lines, of, ({ amounts }) => amounts.unblended)
      expect(by(({ principal }) => principal)).toEqual(await judge('line_item_iam_principal'))
      expect(by(({ tags }) => tags?.get('tag:team') ?? 'none')).toEqual(await judge("resource_tags['user_team']"))
      expect(by(({ tags }) => tags?.get('principal-tag:team') ?? 'none')).toEqual(
        await judge("tags['iamPrincipal/team']"),
      )
      expect(new Set(lines.map(({ tags }) => tags?.get('tag:gone')))).toEqual(new Set(['']))
    }
  })

  it('count tokens in ones, name models, kinds and what is no use', async () => {
    await sql(`COPY lines TO '${folder}/kinds.parquet' (FORMAT parquet)`)
    const { lines, isFinal } = await read(join(folder, 'kinds.parquet'))
    expect(isFinal).toBe(false)
    expect(new Set(lines.map(({ model }) => model))).toEqual(
      new Set([
        '',
        'amazon.nova-micro-v1:0',
        'amazon.nova-lite-v1:0',
        'amazon.nova-pro-v1:0',
        'anthropic.claude-sonnet-4-6',
      ]),
    )
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(
      new Set(['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'guardrails']),
    )
    expect(new Set(lines.map(({ adjustment }) => adjustment))).toEqual(
      new Set([undefined, 'discounts', 'credits', 'tax']),
    )
    expect(new Set(lines.map(({ region }) => region))).toEqual(new Set(['us-east-1', 'us-west-2', 'eu-central-1']))
    const [row] =
      await sql(`SELECT sum(line_item_usage_amount * CASE WHEN bill_billing_entity = 'AWS' THEN 1000 ELSE 1000000 END)::BIGINT::VARCHAR AS tokens
      FROM lines WHERE ${IS_BEDROCK} AND line_item_usage_type NOT LIKE '%guardrail%'`)
    const tokens = lines.filter(({ unit }) => unit === 'tokens').reduce((sum, { quantity }) => sum + quantity, 0)
    expect(tokens).toBe(Number(row?.tokens))
  })

  it('are of the days of a window alone', async () => {
    await sql(`COPY lines TO '${folder}/window.parquet' (FORMAT parquet)`)
    const window = { start: Date.UTC(2026, 9, 7), end: Date.UTC(2026, 9, 9) }
    const { lines } = await read(join(folder, 'window.parquet'), { window })
    const days = "line_item_usage_start_date >= '2026-10-07' AND line_item_usage_start_date < '2026-10-09'"
    expect(whole(lines, 'unblended')).toEqual(await judged('line_item_unblended_cost', days))
  })

  it.each([
    ['Parquet', '(FORMAT parquet)', 'focus.parquet'],
    ['CSV', '(HEADER)', 'focus.csv'],
  ])('of FOCUS tell what a CUR does, discounts taken off each line: %s', async (_, options, name) => {
    await sql(`COPY lines TO '${folder}/same.parquet' (FORMAT parquet)`)
    const select = name.endsWith('csv')
      ? AS_FOCUS.replace('resource_tags AS', 'to_json(resource_tags)::VARCHAR AS')
      : AS_FOCUS
    await sql(`COPY (${select}) TO '${folder}/${name}' ${options}`)
    const [cur, focus] = [
      await read(join(folder, 'same.parquet'), { by: ['tag:team'] }),
      await read(join(folder, name), { by: ['tag:team'] }),
    ]
    expect(focus.warnings).toEqual([])
    expect(focus.metric).toBe('net')
    expect(whole(focus.lines, 'net')).toEqual(whole(cur.lines, 'net'))
    expect(whole(focus.lines, 'list')).toEqual(whole(cur.lines, 'list'))
    const by = (lines: readonly BillLine[]) =>
      sums(
        lines,
        ({ model, kind, region, account, tags }) => [model, kind, region, account, tags?.get('tag:team')].join(),
        ({ amounts }) => amounts['net-amortized'] ?? amounts.net,
      )
    expect(by(focus.lines)).toEqual(by(cur.lines))
    await expect(read(join(folder, name), { cost: 'unblended' })).rejects.toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('--cost net or net-amortized'),
    })
  })

  it('of which one is there twice are added once, and two of one bill are refused', async () => {
    const place = join(folder, 'twice')
    await mkdir(place)
    await sql(`COPY lines TO '${place}/a.parquet' (FORMAT parquet)`)
    await copyFile(join(place, 'a.parquet'), join(place, 'a (1).parquet'))
    const { lines, warnings } = await read(place)
    // Files are read side by side: either may be the first.
    expect(warnings).toEqual([
      {
        code: 'bill-double',
        message: expect.stringMatching(/a( \(1\))?\.parquet: it is a copy of .*a( \(1\))?\.parquet/),
      },
    ])
    expect(whole(lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    const unpacked = join(folder, 'unpacked')
    await mkdir(unpacked)
    await sql(`COPY (${CSV}) TO '${unpacked}/a.csv.gz' (HEADER, COMPRESSION gzip)`)
    await sql(`COPY (${CSV}) TO '${unpacked}/a.csv' (HEADER)`)
    await sql(`COPY (${CSV}) TO '${unpacked}/a copy.csv' (HEADER, FORCE_QUOTE *)`)
    const both = await read(unpacked)
    expect(both.warnings).toMatchObject([{ code: 'bill-double' }, { code: 'bill-double' }])
    expect(whole(both.lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    await copyFile(join(unpacked, 'a.csv.gz'), join(place, 'a.csv.gz'))
    await expect(read(place)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/the bill of 999900001111 for 2026-10 is there twice/),
    })
  })

  it('lack columns that were asked for, which is said', async () => {
    await sql(
      `COPY (SELECT * EXCLUDE (line_item_iam_principal, resource_tags, tags, line_item_net_unblended_cost) FROM lines) TO '${folder}/few.parquet' (FORMAT parquet)`,
    )
    const { warnings } = await read(join(folder, 'few.parquet'), { by: ['identity', 'tag:team'] })
    expect(warnings.map(({ code, message }) => [code, message.slice(0, 55)])).toEqual([
      ['bill-columns', 'the export has no column line_item_iam_principal, so th'],
      ['bill-columns', 'the export has no column for tag:team: add resource_tag'],
    ])
    await expect(read(join(folder, 'few.parquet'), { cost: 'net' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('--cost net'),
    })
  })

  it('whose names of products are not there or not JSON are not taken for ones without the Marketplace', async () => {
    await sql(`COPY (SELECT * EXCLUDE (product) FROM lines) TO '${folder}/unnamed.parquet' (FORMAT parquet)`)
    expect(await read(join(folder, 'unnamed.parquet'))).toMatchObject({
      isPart: true,
      warnings: [{ code: 'bill-columns', message: expect.stringContaining('AWS Marketplace may be missing') }],
    })
    await sql(
      `COPY (SELECT * EXCLUDE (product) FROM lines WHERE bill_billing_entity = 'AWS') TO '${folder}/own.parquet'`,
    )
    expect(await read(join(folder, 'own.parquet'))).toMatchObject({ isPart: false, warnings: [] })
    // As Athena prints maps, and what is no map at all.
    for (const product of ['{product_name=Amazon Bedrock}', 'Amazon Bedrock', '3']) {
      await sql(`COPY (SELECT * REPLACE ('${product}' AS product) FROM (${CSV})) TO '${folder}/maps.csv'`)
      expect(await read(join(folder, 'maps.csv'))).toMatchObject({
        incomplete: true,
        warnings: [
          { code: 'unknown-form', message: expect.stringMatching(/a map in it is not JSON, .*: write it as JSON$/) },
        ],
      })
    }
  })

  const NAME = 'Claude Sonnet 4.6 (Amazon Bedrock Edition)'
  it.each([
    ['a struct', `{'product_name': '${NAME}', 'model': NULL::VARCHAR, 'edition': 3}`, true],
    ['a struct of one member', `{'product_name': '${NAME}'}`, true],
    ['a list of pairs', `[{'value': '${NAME}', 'key': 'product_name'}]`, true],
    ['a list', `['${NAME}']`, false],
    ['a list of structs', `[{'product_name': '${NAME}', 'model': 'x'}]`, false],
    ['a map of structs', `MAP {'product_name': {'a': '${NAME}', 'b': 'x'}}`, false],
    ['a map of lists', `MAP {'product_name': ['${NAME}']}`, false],
    ['a struct of structs', `{'product': {'product_name': '${NAME}'}}`, false],
  ])('with %s for a map have all that is on it, or it is said what to write instead', async (_, product, isRead) => {
    const market = "FROM lines WHERE bill_billing_entity = 'AWS Marketplace'"
    const few = `line_item_line_item_type, line_item_usage_start_date, line_item_usage_type, line_item_product_code, line_item_unblended_cost, line_item_usage_amount, bill_billing_entity, pricing_unit`
    await sql(
      `COPY (SELECT ${few}, CASE WHEN line_item_usage_amount > 0.01 THEN ${product} END AS product ${market}) TO '${folder}/form.parquet'`,
    )
    const { lines, warnings, incomplete } = await read(join(folder, 'form.parquet'))
    const [row] = await sql(
      `SELECT sum(line_item_unblended_cost)::VARCHAR AS sum ${market} AND line_item_usage_amount > 0.01`,
    )
    const message = `${folder}/form.parquet: its column product is no map or struct of texts: write it as one, or as JSON`
    expect({ warnings, incomplete }).toEqual(
      isRead
        ? { warnings: [], incomplete: false }
        : { warnings: [{ code: 'unknown-form', message }], incomplete: true },
    )
    const sum = lines.reduce((total, { amounts }) => total + (amounts.unblended ?? 0n), 0n)
    expect(sum).toBe(isRead ? BigInt(String(row?.sum).replace('.', '')) * 10n ** 6n : 0n)
    expect(new Set(lines.map(({ model }) => model))).toEqual(new Set(isRead ? ['anthropic.claude-sonnet-4-6'] : []))
  })

  it('tell the tags of a struct apart', async () => {
    const tags = "{'user_team': resource_tags['user_team'], 'other': 1}"
    await sql(`COPY (SELECT * REPLACE (${tags} AS resource_tags) FROM lines) TO '${folder}/tags.parquet'`)
    const { lines } = await read(join(folder, 'tags.parquet'), { by: ['tag:team'] })
    expect(new Set(lines.map(({ tags }) => tags?.get('tag:team')))).toEqual(new Set(['', 'search', 'chat']))
  })

  it.each(['abc', '0,8', '--', '1e300'])(
    'with %s for an amount of one line have what all other lines cost',
    async (text) => {
      await sql(`COPY (${CSV}) TO '${folder}/even.csv' (HEADER)`)
      const whole = await read(join(folder, 'even.csv'))
      const sum = ({ lines }: typeof whole) =>
        lines.reduce((total, { amounts }) => total + Number(amounts.unblended ?? 0n), 0)
      for (const [form, options] of [
        ['csv', '(HEADER)'],
        ['parquet', '(FORMAT parquet)'],
      ] as const) {
        const file = join(folder, `odd.${form}`)
        const odd = `CASE WHEN line_item_product_code LIKE 'AmazonBedrock%' AND row_number() OVER (PARTITION BY line_item_product_code LIKE 'AmazonBedrock%') = 1 THEN '${text}' ELSE line_item_unblended_cost::VARCHAR END`
        await sql(`COPY (SELECT * REPLACE (${odd} AS line_item_unblended_cost) FROM (${CSV})) TO '${file}' ${options}`)
        const { incomplete, warnings, lines } = await read(file)
        expect({ incomplete, warnings }).toEqual({
          incomplete: true,
          warnings: [
            {
              code: 'bill-damaged',
              message: `${file}: 1 line with no number in line_item_unblended_cost (such as '${text}'), which is not in the report`,
            },
          ],
        })
        expect(lines.length).toBe(whole.lines.length)
        expect(sum({ lines } as typeof whole)).toBeGreaterThan(0.5 * sum(whole))
        expect(sum({ lines } as typeof whole)).toBeLessThan(sum(whole))
      }
    },
  )

  it('that this program wrote of an estimate are no bill', async () => {
    const focus = (estimated: string) =>
      `SELECT '2026-11-01T00:00:00Z' AS ChargePeriodStart, 1.5 AS BilledCost, 'Amazon Bedrock' AS ServiceName, ${estimated} AS x_Estimated`
    for (const form of ['parquet', 'csv']) {
      await sql(`COPY (${focus('true')}) TO '${folder}/estimate.${form}'`)
      await sql(`COPY (${focus('false')}) TO '${folder}/bill.${form}'`)
      const message = expect.stringContaining('it is not a bill')
      await expect(read(join(folder, `estimate.${form}`))).rejects.toMatchObject({ kind: 'usage', message })
      expect((await read(join(folder, `bill.${form}`))).lines).toHaveLength(1)
    }
  })

  it('in another currency than US dollars are refused', async () => {
    for (const currency of ['USD', 'INR']) {
      const file = join(folder, `${currency}.csv`)
      await sql(`COPY (SELECT *, '${currency}' AS line_item_currency_code FROM (${CSV})) TO '${file}' (HEADER)`)
      const reading = read(file).then(() => 'read')
      if (currency === 'USD') expect(await reading).toBe('read')
      else await expect(reading).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('INR') })
    }
  })

  it('that are broken, half written or foreign are named, and the rest is read', async () => {
    const place = join(folder, 'broken')
    await mkdir(place)
    await sql(`COPY lines TO '${place}/good.parquet' (FORMAT parquet)`)
    const good = await readFile(join(place, 'good.parquet'))
    const damaged = Buffer.from(good)
    damaged.fill(0xff, 40, good.length >> 1)
    await sql(`COPY (${CSV}) TO '${folder}/whole.csv.gz' (HEADER, COMPRESSION gzip)`)
    const csv = await readFile(join(folder, 'whole.csv.gz'))
    await sql(`COPY (SELECT 1 AS a) TO '${place}/foreign.parquet' (FORMAT parquet)`)
    await sql(`COPY (SELECT * EXCLUDE line_item_usage_type FROM lines) TO '${place}/without.parquet' (FORMAT parquet)`)
    await sql(`COPY lines TO '${place}/lz4.parquet' (FORMAT parquet, COMPRESSION lz4_raw)`)
    const files = {
      'cut.parquet': good.subarray(0, good.length >> 1),
      'damaged.parquet': damaged,
      'empty.parquet': Buffer.alloc(0),
      'words.csv': Buffer.from('hello\nworld\n'),
      'binary.csv.gz': Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]),
    }
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(place, name), bytes)
    const { lines, warnings, incomplete } = await read(place)
    expect(incomplete).toBe(true)
    const told = new Map(warnings.map(({ code, message }) => [message.slice(place.length + 1).split(':')[0], code]))
    expect(Object.fromEntries(told)).toEqual({
      'binary.csv.gz': 'bill-damaged',
      'cut.parquet': 'bill-damaged',
      'damaged.parquet': 'bill-damaged',
      'empty.parquet': 'empty-object',
      'foreign.parquet': 'unknown-form',
      'lz4.parquet': 'unknown-form',
      'without.parquet': 'unknown-form',
      'words.csv': 'unknown-form',
    })
    expect(whole(lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    await writeFile(join(folder, 'half.csv.gz'), csv.subarray(0, csv.length >> 1))
    const half = await read(join(folder, 'half.csv.gz'))
    expect(half.warnings).toMatchObject([{ code: 'bill-damaged' }])
    await expect(read(join(place, 'words.csv'))).rejects.toMatchObject({ kind: 'usage' })
    await expect(read(join(folder, 'nowhere'))).rejects.toMatchObject({ kind: 'usage' })
  })

  it('of which nothing ends the last number are told of', async () => {
    const place = join(folder, 'open')
    await mkdir(place)
    await sql(
      `COPY (SELECT * EXCLUDE line_item_unblended_cost, line_item_unblended_cost FROM (${CSV})) TO '${place}/a.csv' (HEADER)`,
    )
    const csv = await readFile(join(place, 'a.csv'))
    await writeFile(join(place, 'a.csv'), csv.subarray(0, -1))
    const { warnings, incomplete } = await read(place)
    expect(warnings).toMatchObject([
      { code: 'bill-damaged', message: expect.stringContaining('nothing ends its last line') },
    ])
    expect(incomplete).toBe(true)
  })

  it('count in the newest refresh of each month, as manifests say', async () => {
    const place = join(folder, 'export')
    const month = 'BILLING_PERIOD=2026-10'
    for (const name of [
      `data/${month}/2026-10-20T01:00:00.000Z-a`,
      `data/${month}/2026-11-03T01:00:00.000Z-b`,
      `metadata/${month}/2026-11-03T01:00:00.000Z-b`,
    ])
      await mkdir(join(place, name), { recursive: true })
    await sql(
      `COPY (SELECT * FROM lines WHERE line_item_usage_start_date < '2026-10-10') TO '${place}/data/${month}/2026-10-20T01:00:00.000Z-a/x-00001.snappy.parquet' (FORMAT parquet)`,
    )
    for (const part of [0, 1])
      await sql(
        `COPY (SELECT * FROM lines WHERE hash(identity_line_item_id) % 2 = ${part}) TO '${place}/data/${month}/2026-11-03T01:00:00.000Z-b/x-0000${part + 1}.snappy.parquet' (FORMAT parquet)`,
      )
    const guessed = await read(place)
    expect(guessed.warnings.map(({ code }) => code)).toEqual(['bill-refresh'])
    expect(whole(guessed.lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    const uri = (part: number) =>
      `s3://bucket/prefix/export/data/${month}/2026-11-03T01:00:00.000Z-b/x-0000${part}.snappy.parquet`
    const manifest = join(place, `metadata/${month}/2026-11-03T01:00:00.000Z-b/x-Manifest.json`)
    await writeFile(manifest, JSON.stringify({ dataFiles: [uri(1), uri(2)] }))
    const named = await read(place)
    expect(named.warnings).toEqual([])
    expect(whole(named.lines, 'unblended')).toEqual(await judged('line_item_unblended_cost'))
    await writeFile(manifest, JSON.stringify({ dataFiles: [uri(1), uri(2), uri(3)] }))
    const half = await read(place)
    expect(half.incomplete).toBe(true)
    expect(half.warnings).toMatchObject([{ code: 'bill-missing', message: expect.stringContaining('x-00003') }])
    const window = { start: Date.UTC(2026, 10, 1), end: Date.UTC(2026, 10, 5) }
    expect((await read(place, { window })).lines).toEqual([])
  })
})

/**
 * Written by pyarrow 25, with the layouts that others than DuckDB have: times as INT96 and decimals in bytes; version 2 with
 * deltas and split bytes; a page for each value and decimals in integers.
 */
test.each(['int96', 'delta', 'pages'])('what pyarrow wrote is read to the last digit: %s', async (name) => {
  const found = await read(join(import.meta.dirname, 'pyarrow', `${name}.parquet`), { by: ['tag:team'] })
  const { lines, warnings, incomplete } = found
  const messages = [
    '1 line without a cost, which is not in the report',
    `1 line without line_item_usage_amount, ${UNCOUNTED}`,
  ]
  expect(warnings).toEqual(messages.map((message) => ({ code: 'bill-damaged', message })))
  expect(incomplete).toBe(true)
  const told = lines.map(({ start, usageType, quantity, amounts, tags }) => [
    new Date(start).toISOString(),
    usageType,
    tags?.get('tag:team'),
    quantity,
    amounts.unblended,
    amounts.list,
  ])
  const day = '2026-10-01T00:00:00.000Z'
  expect(told).toEqual([
    [day, 'USE1-NovaPro-input-tokens', 'a', 1500, 1234000000n, 1250000000000000000n],
    [day, 'USE1-NovaPro-output-tokens', '', 2250, -1500000000000000000n, 2500000000000000000n],
    [day, 'USE1-NovaPro-input-tokens', '', 0, null, 3000000000000000000n],
    [day, 'USE1-NovaPro-output-tokens', 'b', 1, 12345678901234567890123456789012000000n, -4750000000000000000n],
  ])
})

/** What commitments cover has a cost of its own, in columns of its own. */
const COVERED = `pricing_unit,line_item_usage_start_date,line_item_usage_account_id,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,line_item_net_unblended_cost,savings_plan_savings_plan_effective_cost,savings_plan_net_savings_plan_effective_cost,reservation_effective_cost,reservation_net_effective_cost
1K tokens,2026-10-01T00:00:00Z,111122223333,Usage,AmazonBedrock,USE1-NovaPro-input-tokens,1,0.8,0.7,,,,
1K tokens,2026-10-01T00:00:00Z,111122223333,SavingsPlanCoveredUsage,AmazonBedrock,USE1-NovaPro-output-tokens,1,3.2,3.2,2.5,2.4,,
1K tokens,2026-10-01T00:00:00Z,111122223333,SavingsPlanNegation,AmazonBedrock,USE1-NovaPro-output-tokens,1,-3.2,-3.2,,,,
1K tokens,2026-10-01T00:00:00Z,111122223333,DiscountedUsage,AmazonBedrock,USE1-NovaLite-input-tokens,1,0,0,,,0.05,0.04
`

it.each(['plain', 'zip'])('spreads what was paid in advance over what it covers: %s', async (packing) => {
  const folder = await mkdtemp(join(tmpdir(), 'covered-'))
  const bytes = Buffer.from(COVERED)
  const path = join(folder, packing === 'zip' ? 'covered.csv.zip' : 'covered.csv')
  await writeFile(
    path,
    packing === 'zip' ? zipSync({ 'covered-00001.csv': bytes, '__MACOSX/._covered-00001.csv': bytes }) : bytes,
  )
  const sumOf = async (cost: ExportQuestion['cost']) => {
    const { lines, warnings } = await read(path, { cost })
    expect(warnings).toEqual([])
    return lines.reduce((sum, { amounts }) => sum + (amounts[cost ?? 'unblended'] ?? 0n), 0n)
  }
  expect(await sumOf('unblended')).toBe(8n * 10n ** 17n)
  expect(await sumOf('net')).toBe(7n * 10n ** 17n)
  expect(await sumOf('amortized')).toBe(335n * 10n ** 16n)
  expect(await sumOf('net-amortized')).toBe(314n * 10n ** 16n)
  await rm(folder, { recursive: true })
})

const USED = 'USE1-NovaPro-input-tokens,1.5,0.8,Usage'
const UNCOUNTED = 'so that not all tokens and images are known; the cost is as billed'
it.each([
  ['tokens', [USED, 'USE1-NovaPro-input-tokens,,0.8,Usage', 'USE1-NovaPro-output-tokens,2,0.8,Usage'], 1, 24n],
  ['images', ['USE1-NovaCanvas-T2I-1024-Standard,,0.8,Usage', 'USE1-NovaCanvas-T2I-1024-Standard,,0.8,Usage'], 2, 16n],
  [
    'nothing that was used',
    ['USE1-NovaPro-input-tokens,,0.8,Tax', USED, 'USE1-NovaPro-input-tokens,,-0.8,Credit'],
    0,
    8n,
  ],
  ['what is not counted', ['USE1-guardrail-units,,0.8,Usage', USED], 0, 16n],
  ['what is free', ['USE1-NovaPro-input-tokens,,0,Usage', USED], 1, 8n],
] as const)('of a line without an amount of %s the cost alone is known', async (_, rows, uncounted, cost) => {
  const columns = 'line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,line_item_line_item_type'
  const focus = 'x_UsageType,ConsumedQuantity,BilledCost,ChargeCategory'
  const folder = await mkdtemp(join(tmpdir(), 'uncounted-'))
  for (const [start, code, names, column, unit] of [
    ['line_item_usage_start_date', 'line_item_product_code', columns, 'line_item_usage_amount', 'pricing_unit'],
    ['ChargePeriodStart', 'ServiceName', focus, 'ConsumedQuantity', 'ConsumedUnit'],
  ] as const) {
    const path = join(folder, `${column}.csv`)
    const text = [
      `${start},${code},${unit},${names}`,
      ...rows.map((row) => `2026-10-01T00:00:00Z,Amazon Bedrock,1K tokens,${row}`),
    ]
    await writeFile(path, text.join('\n'))
    const question = { by: ['model'], window: { start: Date.UTC(2026, 9, 1), end: Date.UTC(2026, 9, 2) } }
    const { incomplete, unread, warnings, rows: found } = billedReading(await read(path, question), question)
    const message = `${uncounted} line${uncounted > 1 ? 's' : ''} without ${column}, ${UNCOUNTED}`
    expect({ incomplete, unread, warnings }).toEqual({
      incomplete: uncounted > 0,
      unread: undefined,
      warnings: uncounted > 0 ? [{ code: 'bill-damaged', message }] : [],
    })
    const [tokens, spend] = [tally(found), noSpend()]
    for (const row of found) addSpend(spend, row, { charges: row.charges ?? [], isPriced: true })
    const isUnknown = ['inputTokens', 'images'].map((name) => tokens.unknown?.has(name as 'images'))
    expect(isUnknown).toEqual([uncounted === 1, uncounted === 2])
    expect(Object.values(spend.costs).reduce((sum, amount) => sum + amount, 0n)).toBe(cost * 10n ** 17n)
    expect(spend.lacks).toBeUndefined()
  }
  await rm(folder, { recursive: true })
})

it('says that no amounts are known where no file has a column of them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'uncounted-'))
  const path = join(folder, 'a.csv')
  await writeFile(
    path,
    'ConsumedUnit,ChargePeriodStart,ServiceName,x_UsageType,BilledCost,ChargeCategory\n1K tokens,2026-10-01,Amazon Bedrock,USE1-NovaPro-input-tokens,0.8,Usage',
  )
  const { incomplete, uncounted, warnings, lines } = await read(path)
  const message = `the export has no column ConsumedQuantity, ${UNCOUNTED}: add it to its query`
  expect({ incomplete, uncounted, warnings }).toEqual({
    incomplete: false,
    uncounted: false,
    warnings: [{ code: 'bill-columns', message }],
  })
  expect(lines).toMatchObject([{ uncounted: 1, amounts: { net: 8n * 10n ** 17n } }])
  await rm(folder, { recursive: true })
})

const HEAD =
  'pricing_unit,line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost'
const TYPED = `${HEAD},line_item_line_item_type\n1K tokens,2026-10-01,AmazonBedrock,${USED}\n`

test.each([
  ['semicolons', TYPED.replaceAll(',', ';')],
  ['tabs', TYPED.replaceAll(',', '\t')],
  ['brotli', brotliCompressSync(TYPED)],
])('a table with %s is read, and what lies beside it is told by ending', async (_, bytes) => {
  const folder = await mkdtemp(join(tmpdir(), 'beside-'))
  await writeFile(join(folder, 'a.csv'), bytes)
  for (const beside of ['b.json', 'c.csv.bz2', 'x-create-table.sql', '_SUCCESS'])
    await writeFile(join(folder, beside), '')
  const { lines, warnings } = await read(folder)
  expect(lines).toMatchObject([{ quantity: 1500, amounts: { unblended: 8n * 10n ** 17n } }])
  expect(warnings).toMatchObject([
    {
      code: 'files-not-read',
      message: expect.stringMatching(/(?=.*1 \.json \(b\.json\))(?=.*1 \.bz2 \(c\.csv\.bz2\))/),
    },
  ])
  expect(warnings[0]?.message).not.toMatch(/sql|SUCCESS/)
  await rm(folder, { recursive: true })
})

test.each([
  ['{"line_item_product_code":"AmazonBedrock"}', 'it is JSON, which is not read: export it as CSV or Parquet'],
  [
    '<?xml version="1.0"?>',
    'it is HTML or XML, which is not read: open it, as it may show an error, and fetch it again',
  ],
  ['BZh91AY&SY', 'it is bzip2, which is not read: unpack it with bunzip2'],
  ['i1,2026-10-01T00:00:00Z,AmazonBedrock\n', 'it begins with values instead of names of columns'],
  [zipSync({ 'a.csv.gz': Buffer.from('x') }), 'it is an archive without a CSV file: unpack it'],
])('a file that is no table is named with its cure', async (bytes, why) => {
  const folder = await mkdtemp(join(tmpdir(), 'form-'))
  await writeFile(join(folder, 'a'), bytes)
  await expect(read(join(folder, 'a'))).rejects.toThrow(why)
  await rm(folder, { recursive: true })
})

const COSTS = 'line_item_line_item_type,line_item_net_unblended_cost,pricing_public_on_demand_cost'
const ofCosts = (costs: string, columns = COSTS) =>
  `${HEAD},${columns}\n1K tokens,2026-10-01,AmazonBedrock,USE1-NovaPro-input-tokens,1.5,0.8,${costs}\n`

test.each([
  [
    'a column of another file',
    [ofCosts('Usage,0.7,0.9'), ofCosts('Usage', 'line_item_line_item_type')],
    'net',
    [9n, null],
  ],
  ['the value of a line', [ofCosts('Usage,0.7,0.9') + ofCosts('Usage,0.7,').split('\n')[1]], undefined, [null]],
  [
    'a column of commitments',
    [ofCosts('SavingsPlanCoveredUsage,0.7,0.9') + ofCosts('Usage,0.7,').split('\n')[1]],
    'amortized',
    [9n, null],
  ],
] as const)('never adds up part of a cost where %s is lacking', async (_, files, cost, lists) => {
  const folder = await mkdtemp(join(tmpdir(), 'part-'))
  for (const [index, text] of files.entries()) await writeFile(join(folder, `${index}.csv`), `${text.trim()}\n`)
  const refused = `--cost ${cost}: the export ${folder} has no column of it, or not of all lines`
  if (cost) await expect(read(folder, { cost })).rejects.toThrow(refused)
  const { lines } = await read(folder)
  expect(new Set(lines.map(({ amounts }) => amounts.list))).toEqual(
    new Set(lists.map((list) => list && list * 10n ** 17n)),
  )
  await rm(folder, { recursive: true })
})

it('says that an export by the month has no days, and is without what began before the window', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'monthly-'))
  const of = (type: string, end: string) =>
    ofCosts(`${type},${end}`, 'line_item_line_item_type,line_item_usage_end_date')
  const read31 = async (text: string, from: number) => {
    await writeFile(join(folder, 'a.csv'), text)
    const window = { start: Date.UTC(2026, 9, from), end: Date.UTC(2026, 10, 1) }
    const { warnings, isPart, lines } = await read(folder, { window })
    return { told: warnings.map(({ code }) => code), isPart, lines: lines.length }
  }
  const monthly = of('Usage', '2026-11-01')
  expect(await read31(monthly, 1)).toEqual({ told: ['bill-untold'], isPart: false, lines: 1 })
  expect(await read31(monthly, 15)).toEqual({ told: ['bill-untold'], isPart: true, lines: 0 })
  expect(await read31(of('Tax', '2026-11-01'), 15)).toEqual({ told: [], isPart: false, lines: 0 })
  expect(await read31(of('Usage', '2026-10-02'), 15)).toEqual({ told: [], isPart: false, lines: 0 })
  await rm(folder, { recursive: true })
})

it('says that it takes tokens to be in thousands where no column tells of the unit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitless-'))
  await writeFile(join(folder, 'a.csv'), TYPED.replaceAll(/^[^,]*,/gm, ''))
  const message = expect.stringContaining('no column pricing_unit')
  expect((await read(folder)).warnings).toMatchObject([{ code: 'bill-columns', message }])
  await rm(folder, { recursive: true })
})

it('says that credits count as use where no column tells of what type a line is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'typeless-'))
  await writeFile(join(folder, 'a.csv'), TYPED.replaceAll(/,[^,\n]*\n/g, '\n'))
  const message = expect.stringContaining('no column line_item_line_item_type')
  expect((await read(folder)).warnings).toMatchObject([{ code: 'bill-columns', message }])
  await rm(folder, { recursive: true })
})

/**
 * One measurement in a process of its own: `node measure-cur.js ours|duckdb FILE` adds up the lines of Bedrock in an export and
 * prints { ms, peakBytes, sums } as JSON: exact sums by day, account, Region and usage type.
 */
import { createHash } from 'node:crypto'
import { peakBytes } from './memory.js'

const [mode, file] = process.argv.slice(2)

const MODES = {
  async ours() {
    const { readExports } = await import('../../build/report/sources/cur/read.js')
    const { shelfOnDisk } = await import('../../build/report/sources/cur/shelf.js')
    const cx = { clock: Date, signal: new AbortController().signal, emit: () => {} }
    const { lines } = await readExports(cx, await shelfOnDisk(file), { by: ['model'] })
    return () => {
      const sums = new Map()
      for (const { start, account, region, usageType, amounts } of lines) {
        const key = [new Date(start).toISOString().slice(0, 10), account, region, usageType].join(' ')
        const known = sums.get(key) ?? [0n, 0n, 0n]
        sums.set(key, [known[0] + amounts.unblended, known[1] + amounts.net, known[2] + amounts.list])
      }
      // DuckDB's have twelve places.
      return [...sums].map(([key, amounts]) => [key, ...amounts.map((amount) => String(amount / 10n ** 6n))].join(' '))
    }
  },
  async duckdb() {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const database = await (await DuckDBInstance.create(':memory:')).connect()
    const sum = (column) => `sum(${column}::DECIMAL(38, 12))`
    const found = await database.runAndReadAll(`
      SELECT strftime(date_trunc('day', line_item_usage_start_date), '%Y-%m-%d') AS day, line_item_usage_account_id, product_region_code,
        line_item_usage_type, product['model'], product['product_name'], product['inference_type'], product['feature'], pricing_unit,
        line_item_line_item_type, line_item_operation, sum(line_item_usage_amount), ${sum('line_item_unblended_cost')},
        ${sum('line_item_net_unblended_cost')}, ${sum('pricing_public_on_demand_cost')}
      FROM '${file}'
      WHERE product_product_family = 'Amazon Bedrock' OR (bill_billing_entity = 'AWS' AND line_item_product_code = 'AmazonBedrock')
        OR (bill_billing_entity = 'AWS Marketplace' AND product['product_name'] LIKE '%Bedrock%')
      GROUP BY ALL`)
    return () =>
      found.getRowsJson().map((row) => {
        const [day, account, region, usageType] = row
        const amounts = row.slice(-3).map((text) => String(BigInt(text.replace('.', ''))))
        return [day, account, region, usageType, ...amounts].join(' ')
      })
  },
}

const begin = performance.now()
const told = await MODES[mode]()
const ms = performance.now() - begin
const peak = peakBytes()
const sums = createHash('sha256').update(told().sort().join('\n')).digest('hex')
console.log(JSON.stringify({ ms, peakBytes: peak, sums }))

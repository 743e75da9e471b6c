import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, median, print, seconds, tell } from './table.js'

const MEASURE = new URL('./measure-cur.js', import.meta.url)
const ROWS = 2_000_000

/**
 * A month's lines as AWS exports them, half of them Bedrock's: of ten accounts in five Regions, with the columns that are read and
 * a few that are not, and maps as AWS has them.
 */
const LINES = `
WITH r AS (SELECT range i, (hash(range) % 4611686018427387903)::BIGINT h FROM range(${ROWS})),
m AS (SELECT *, h % 2 = 0 AS is_bedrock, (h // 7 % 5 + 1)::INT model, (h // 31 % 4 + 1)::INT kind, h // 97 % 10 AS account,
  (h // 977 % 5 + 1)::INT place, h // 1013 % 40 AS caller, 1000 + h // 10007 % 900000 AS tokens FROM r)
SELECT 'line' || h AS identity_line_item_id,
  TIMESTAMP '2026-10-01' + INTERVAL (i * 744 // ${ROWS}) HOUR AS line_item_usage_start_date,
  TIMESTAMP '2026-10-01' AS bill_billing_period_start_date,
  CASE WHEN is_bedrock AND model = 5 THEN 'AWS Marketplace' ELSE 'AWS' END AS bill_billing_entity,
  '999900001111' AS bill_payer_account_id, '' AS bill_invoice_id,
  '1111222233' || (10 + account) AS line_item_usage_account_id, 'Usage' AS line_item_line_item_type,
  CASE WHEN NOT is_bedrock THEN 'AmazonEC2' WHEN model = 5 THEN '3x7abcd' ELSE 'AmazonBedrock' END AS line_item_product_code,
  CASE WHEN NOT is_bedrock THEN 'USE1-BoxUsage:m5.large'
    WHEN model = 5 THEN 'USE1-MP:USE1_' || ['InputTokenCount', 'OutputTokenCount', 'CacheReadInputTokenCount', 'CacheWriteInputTokenCount'][kind] || '-Units'
    ELSE ['USE1', 'USW2', 'EU', 'EUC1', 'APN1'][place] || '-' || ['NovaMicro', 'NovaLite', 'NovaPro', 'Claude4.6Sonnet'][model] || '-'
      || ['input-tokens', 'output-tokens', 'cache-read-input-token-count', 'cache-write-input-token-count'][kind] END AS line_item_usage_type,
  CASE WHEN is_bedrock THEN 'InvokeModelInference' ELSE 'RunInstances' END AS line_item_operation,
  CASE WHEN is_bedrock AND model = 5 THEN 'AWS Marketplace software usage|us-east-1|Million Input Tokens' ELSE '$0.003 per 1K tokens' END AS line_item_line_item_description,
  'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/' || h // 3 % 500 AS line_item_resource_id,
  tokens / CASE WHEN model = 5 THEN 1000000.0 ELSE 1000.0 END::DOUBLE AS line_item_usage_amount,
  round(tokens * 3.0 / 1000000, 10)::DOUBLE AS line_item_unblended_cost,
  round(tokens * 2.7 / 1000000, 10)::DOUBLE AS line_item_net_unblended_cost,
  round(tokens * 3.0 / 1000000, 10)::DOUBLE AS pricing_public_on_demand_cost,
  CASE WHEN NOT is_bedrock THEN 'Hrs' WHEN model = 5 THEN 'Units' ELSE '1K tokens' END AS pricing_unit,
  CASE WHEN is_bedrock THEN 'Amazon Bedrock' ELSE 'Compute Instance' END AS product_product_family,
  ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-northeast-1'][place] AS product_region_code,
  CASE WHEN is_bedrock THEN MAP {
      'product_name': CASE WHEN model = 5 THEN 'Claude Sonnet 4.6 (Amazon Bedrock Edition)' ELSE 'Amazon Bedrock' END,
      'model': ['Nova Micro', 'Nova Lite', 'Nova Pro', 'Claude Sonnet 4.6', 'Claude Sonnet 4.6'][model], 'provider': 'somebody',
      'inference_type': ['Input tokens', 'Output tokens', 'Cache read input tokens', 'Cache write input tokens'][kind], 'feature': 'On-demand Inference'}
    ELSE MAP {'product_name': 'Amazon Elastic Compute Cloud', 'instance_type': 'm5.large', 'operating_system': 'Linux'} END AS product,
  MAP {'user_team': ['search', 'chat', 'ads'][(h // 11 % 3 + 1)::INT]} AS resource_tags,
  'arn:aws:sts::111122223333:assumed-role/Role' || caller || '/session' AS line_item_iam_principal
FROM m ORDER BY i`

/** Two million lines of an export: time and memory beside a database that does the same sums in the same run. */
export async function benchCur({ runs }) {
  const folder = join(tmpdir(), 'bedrock-monitor-bench')
  const file = join(folder, `cur-${ROWS}.parquet`)
  const { DuckDBInstance } = await import('@duckdb/node-api').catch(() => ({}))
  if (!DuckDBInstance) return print('     skipped: no DuckDB for this machine')
  if (!existsSync(file)) {
    print(`writing ${ROWS} lines with DuckDB`)
    mkdirSync(folder, { recursive: true })
    const database = await (await DuckDBInstance.create(':memory:')).connect()
    await database.run(`COPY (${LINES}) TO '${file}' (FORMAT parquet, COMPRESSION snappy)`)
  }
  const results = { duckdb: [], ours: [] }
  for (let run = 0; run < Number(runs ?? 3); run++)
    for (const mode of Object.keys(results)) results[mode].push(measure(mode, file))
  const ms = (mode) => median(results[mode].map((result) => result.ms))
  const mb = (mode) => Math.max(...results[mode].map(({ peakBytes }) => peakBytes)) / 1e6
  for (const mode of Object.keys(results)) tell(mode, `${seconds(ms(mode))}, ${Math.round(mb(mode))} MB at most`)
  check('an export of two million lines, to DuckDB', ms('ours') / ms('duckdb'), (ratio) => ratio <= 3, 'at most 3')
  check('peak memory, MB', mb('ours'), (most) => most < 500, 'below 500')
  const [[ours], [theirs]] = [results.ours, results.duckdb]
  check('sums equal to those of DuckDB', ours.sums === theirs.sums ? 1 : 0, (same) => same === 1, '1')
}

function measure(mode, file) {
  const out = execFileSync(process.execPath, [fileURLToPath(MEASURE), mode, file], { maxBuffer: 2 ** 28 })
  return JSON.parse(out.toString())
}

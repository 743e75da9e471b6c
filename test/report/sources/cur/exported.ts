/**
 * Lines of a bill as AWS exports them, made up in SQL: of Bedrock on AWS's own bill and on the Marketplace's, with and without
 * the metadata of July 2026, of other services, with discounts, credits and tax. Money is exact, in decimals.
 */
export const LINES = (rows: number) => `
WITH r AS (SELECT range::INT i, (hash(range) % 1000003)::BIGINT h FROM range(${rows})),
m AS (SELECT *,
  CASE WHEN h % 5 = 0 THEN 'other' WHEN h % 5 = 1 THEN 'market' ELSE 'aws' END whose,
  (h // 7 % 4)::INT model, (h // 31 % 5)::INT kind, (h // 97 % 3)::INT account, (h // 977 % 3)::INT place,
  1 + h // 13 % 90000 tokens, h % 11 < 6 AS has_metadata,
  CASE WHEN h // 3 % 50 = 0 THEN 'EdpDiscount' WHEN h % 51 = 0 THEN 'Credit' WHEN h % 52 = 0 THEN 'Tax' ELSE 'Usage' END line_type
  FROM r),
n AS (SELECT *,
  CASE WHEN line_type = 'Usage' THEN 1 ELSE -0.1 END * tokens * [0.000003, 0.000015, 0.0000003, 0.00000375, 0.000006][kind + 1]::DECIMAL(30, 12) AS cost
  FROM m)
SELECT
  'line' || i AS identity_line_item_id,
  TIMESTAMP '2026-10-01' + INTERVAL (i * 743 // ${rows}) HOUR AS line_item_usage_start_date,
  TIMESTAMP '2026-10-01' AS bill_billing_period_start_date,
  CASE whose WHEN 'market' THEN 'AWS Marketplace' ELSE 'AWS' END AS bill_billing_entity,
  '999900001111' AS bill_payer_account_id,
  CASE WHEN i % 2 = 0 THEN '12345' END AS bill_invoice_id,
  ['111122223333', '444455556666', '777788889999'][account + 1] AS line_item_usage_account_id,
  line_type AS line_item_line_item_type,
  CASE whose WHEN 'other' THEN 'AmazonEC2' WHEN 'market' THEN '3x7abcd' WHEN 'aws' THEN 'AmazonBedrock' END AS line_item_product_code,
  CASE whose
    WHEN 'other' THEN 'USE1-BoxUsage:m5.large'
    WHEN 'market' THEN 'USE1-MP:USE1_' || ['InputTokenCount', 'OutputTokenCount', 'CacheReadInputTokenCount', 'CacheWriteInputTokenCount', 'CacheWrite1hInputTokenCount'][kind + 1] || '-Units'
    ELSE ['USE1', 'USW2', 'EUC1'][place + 1] || '-' || ['NovaMicro', 'NovaLite', 'NovaPro', 'Claude4.6Sonnet'][model + 1] || '-' || ['input-tokens', 'output-tokens', 'cache-read-input-token-count', 'cache-write-input-token-count', 'guardrail-units'][kind + 1]
  END AS line_item_usage_type,
  CASE whose WHEN 'other' THEN 'RunInstances' ELSE 'InvokeModelInference' END AS line_item_operation,
  CASE whose WHEN 'market' THEN 'AWS Marketplace software usage|us-east-1|Million Input Tokens' ELSE 'a description, "of" line ' || i END AS line_item_line_item_description,
  (CASE whose WHEN 'market' THEN tokens / 1000000 ELSE tokens / 1000 END)::DECIMAL(30, 9) AS line_item_usage_amount,
  cost::DECIMAL(30, 12) AS line_item_unblended_cost,
  CASE WHEN i % 3 > 0 THEN cost * 0.9 END::DECIMAL(30, 12) AS line_item_net_unblended_cost,
  (cost * 1.1)::DECIMAL(30, 12) AS pricing_public_on_demand_cost,
  CASE WHEN whose = 'market' THEN 'Units' WHEN has_metadata THEN NULL ELSE '1K tokens' END AS pricing_unit,
  CASE WHEN whose = 'other' THEN 'Compute Instance' WHEN has_metadata THEN 'Amazon Bedrock' END AS product_product_family,
  CASE whose WHEN 'market' THEN NULL ELSE ['us-east-1', 'us-west-2', 'eu-central-1'][place + 1] END AS product_region_code,
  CASE WHEN whose = 'other' AND i % 2 = 0 THEN NULL
    WHEN whose = 'other' THEN MAP {'product_name': 'Amazon Elastic Compute Cloud'}
    WHEN whose = 'market' THEN MAP {'product_name': 'Claude Sonnet 4.6 (Amazon Bedrock Edition)', 'model': CASE WHEN has_metadata THEN 'Claude Sonnet 4.6' END}
    WHEN has_metadata THEN MAP {'product_name': 'Amazon Bedrock', 'model': CASE WHEN kind < 4 THEN ['Nova Micro', 'Nova Lite', 'Nova Pro', 'Claude Sonnet 4.6'][model + 1] END, 'feature': 'On-demand Inference'}
    ELSE MAP {'product_name': 'Amazon Bedrock'}
  END AS product,
  CASE WHEN i % 4 = 0 THEN MAP([], [])::MAP(VARCHAR, VARCHAR) WHEN i % 4 < 3 THEN MAP {'user_team': ['search', 'chat'][i % 2 + 1]} END AS resource_tags,
  MAP {'iamPrincipal/team': ['ops', 'dev', 'ml'][i % 3 + 1]} AS tags,
  CASE WHEN i % 7 > 0 THEN 'arn:aws:sts::111122223333:assumed-role/Role' || (i % 3) || '/me' END AS line_item_iam_principal
FROM n`

/** CUDOS's rule of what is Bedrock's. */
export const IS_BEDROCK = `(product_product_family = 'Amazon Bedrock'
  OR (bill_billing_entity = 'AWS' AND line_item_product_code IN ('AmazonBedrock', 'AmazonBedrockService'))
  OR (bill_billing_entity = 'AWS Marketplace' AND product['product_name'] LIKE '%Bedrock%'))`

/** The same lines with AWS's FOCUS columns, in which discounts are taken off each line. */
export const AS_FOCUS = `SELECT
  line_item_usage_start_date AS ChargePeriodStart, bill_billing_period_start_date AS BillingPeriodStart,
  bill_payer_account_id AS BillingAccountId, line_item_usage_account_id AS SubAccountId, product_region_code AS RegionId,
  coalesce(product['product_name'], line_item_product_code) AS ServiceName, line_item_product_code AS "x_ServiceCode",
  line_item_usage_type AS "x_UsageType", line_item_operation AS "x_Operation", line_item_line_item_description AS ChargeDescription,
  CASE line_item_line_item_type WHEN 'EdpDiscount' THEN 'Adjustment' ELSE line_item_line_item_type END AS ChargeCategory,
  NULL::VARCHAR AS ChargeClass,
  line_item_usage_amount::DOUBLE AS ConsumedQuantity, pricing_unit AS ConsumedUnit,
  coalesce(line_item_net_unblended_cost, line_item_unblended_cost)::DOUBLE AS BilledCost,
  coalesce(line_item_net_unblended_cost, line_item_unblended_cost)::DOUBLE AS EffectiveCost,
  pricing_public_on_demand_cost::DOUBLE AS ListCost, resource_tags AS Tags
FROM lines`

import type { Export, ExportStatus } from '@aws-sdk/client-bcm-data-exports'
import { type Concern, concernsIn, type Owner } from '../../core/resource.ts'
import { BILLING_REGION, type Env } from '../env.ts'
import { billingBucketName, EXPORT_FOLDER } from './export-bucket.ts'

export type ExportState = ReturnType<typeof exportStateOf>

export const CUR = 'COST_AND_USAGE_REPORT'
const PRINCIPALS = 'INCLUDE_IAM_PRINCIPAL_DATA'
export const PRINCIPAL_COLUMN = 'line_item_iam_principal'

/** What a report of the bill reads (AWS: CUR 2.0 table dictionary). */
const COLUMNS: readonly string[] = [
  ...['bill_bill_type', 'bill_billing_entity', 'bill_billing_period_start_date', 'bill_invoice_id'],
  ...['bill_payer_account_id', 'cost_category', 'discount', PRINCIPAL_COLUMN, 'line_item_currency_code'],
  ...['line_item_legal_entity', 'line_item_line_item_description', 'line_item_line_item_type'],
  ...['line_item_net_unblended_cost', 'line_item_operation', 'line_item_product_code', 'line_item_resource_id'],
  ...['line_item_unblended_cost', 'line_item_usage_account_id', 'line_item_usage_account_name'],
  ...['line_item_usage_amount', 'line_item_usage_end_date', 'line_item_usage_start_date', 'line_item_usage_type'],
  ...['pricing_public_on_demand_cost', 'pricing_public_on_demand_rate', 'pricing_term', 'pricing_unit', 'product'],
  ...['product_product_family', 'product_region_code', 'product_servicecode', 'product_sku', 'product_usagetype'],
  ...['reservation_effective_cost', 'reservation_net_effective_cost', 'resource_tags'],
  ...['savings_plan_net_savings_plan_effective_cost', 'savings_plan_savings_plan_effective_cost', 'tags'],
]

/** AWS would fill them in; what somebody has turned on stays so. */
const DEFAULTS = {
  INCLUDE_SPLIT_COST_ALLOCATION_DATA: 'FALSE',
  INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY: 'FALSE',
  INCLUDE_CAPACITY_RESERVATION_DATA: 'FALSE',
}

const PROPERTIES = {
  TIME_GRANULARITY: 'DAILY',
  // Without it there is no line_item_resource_id, which names the inference profile.
  INCLUDE_RESOURCES: 'TRUE',
  [PRINCIPALS]: 'TRUE',
}

/** Members that AWS may leave out where they are as it would fill them in. */
export const UNTOLD = Object.keys(DEFAULTS).map((name) => `properties.${name}`)

/** An export as AWS tells of it. */
export function exportStateOf(
  { DataQuery, DestinationConfigurations, RefreshCadence, ...known }: Partial<Export>,
  health?: ExportStatus,
  /** Regions that use it, of which the clean-up is not. */
  otherRegions: readonly string[] = [],
) {
  const { table, columns } = readQuery(DataQuery?.QueryStatement)
  const { S3Destination: to } = DestinationConfigurations ?? {}
  const output = to?.S3OutputConfigurations
  return {
    table,
    /** Sorted; undefined where the query is more than a list of columns. */
    columns,
    properties: { ...new Map(Object.entries(DataQuery?.TableConfigurations ?? {})).get(table ?? CUR) },
    bucket: to?.S3Bucket,
    folder: to?.S3Prefix,
    bucketRegion: to?.S3Region,
    /** Form, compression, and what becomes of an earlier delivery. */
    output: {
      type: output?.OutputType,
      format: output?.Format,
      compression: output?.Compression,
      overwrite: output?.Overwrite,
    },
    frequency: RefreshCadence?.Frequency,
    /** Known, not set. */
    limits: {
      arn: known.ExportArn,
      description: known.Description,
      health: health?.StatusCode && { code: health.StatusCode, reason: health.StatusReason },
      otherRegions: otherRegions.length > 0 ? otherRegions : undefined,
    },
  }
}

/** The table of a query, and its columns where it is a list of them: AWS knows a little of SQL besides. */
export function readQuery(text = ''): { table: string | undefined; columns: string[] | undefined } {
  const table = /\bFROM\s+"?(\w+)"?/i.exec(text)?.[1]?.toUpperCase()
  const [, list] = /^\s*SELECT\s+([\w\s,"]+?)\s+FROM\s+"?\w+"?\s*;?\s*$/i.exec(text) ?? []
  const columns = list?.split(',').map((column) => column.replaceAll('"', '').trim().toLowerCase())
  return { table, columns: columns?.every((column) => /^\w+$/.test(column)) ? [...new Set(columns)].sort() : undefined }
}

/** The export we want; columns and properties that somebody has added to it stay. */
export function desiredExport(env: Env, have?: ExportState): ExportState {
  return {
    table: CUR,
    columns: [...new Set([...COLUMNS, ...(have?.columns ?? [])])].sort(),
    properties: { ...DEFAULTS, ...have?.properties, ...PROPERTIES },
    bucket: billingBucketName(env),
    folder: EXPORT_FOLDER,
    bucketRegion: BILLING_REGION,
    output: { type: 'CUSTOM', format: 'PARQUET', compression: 'PARQUET', overwrite: 'OVERWRITE_REPORT' },
    frequency: 'SYNCHRONOUS',
    limits: have?.limits ?? exportStateOf({}).limits,
  }
}

export function exportInput(Name: string, want: ExportState) {
  const { table = CUR, columns = [], properties, output, limits } = want
  return {
    Name,
    ...(limits.arn !== undefined && { ExportArn: limits.arn }),
    ...(limits.description !== undefined && { Description: limits.description }),
    DataQuery: {
      QueryStatement: `SELECT ${columns.join(', ')} FROM ${table}`,
      TableConfigurations: { [table]: { ...properties } },
    },
    DestinationConfigurations: {
      S3Destination: {
        S3Bucket: want.bucket,
        S3Prefix: want.folder,
        S3Region: want.bucketRegion,
        S3OutputConfigurations: {
          OutputType: output.type,
          Format: output.format,
          Compression: output.compression,
          Overwrite: output.overwrite,
        },
      },
    },
    RefreshCadence: { Frequency: want.frequency },
  }
}

/** "CUR 2.0, daily, with IAM principals, to s3://bedrock-billing-111122223333/cur" */
export function exportSummary({ table, properties, bucket, folder }: ExportState): string {
  const what = table === CUR ? 'CUR 2.0' : (table ?? 'another query')
  const often = properties.TIME_GRANULARITY?.toLowerCase() ?? 'of no known granularity'
  return `${what}, ${often}, ${hasPrincipals(properties) ? 'with' : 'without'} IAM principals, to s3://${bucket}/${folder}`
}

export const hasPrincipals = (properties: Readonly<Record<string, string>>): boolean =>
  properties[PRINCIPALS]?.toUpperCase() === 'TRUE'

export function concernsOf(env: Env, have: ExportState, owner: Owner): Concern[] {
  const name = `export ${env.settings.billingExportName}`
  const beside = 'pass --billing-export-name with another name to create a separate one'
  const adopt = `pass --adopt to use it as it is, or ${beside}`
  const { health } = have.limits
  const isTheirs = owner !== 'ours'
  const isElsewhere = have.bucket !== billingBucketName(env)
  const lacks = have.table === CUR ? COLUMNS.filter((column) => !have.columns?.includes(column)) : [CUR]
  const lacking = `${name} was there before, and lacks ${lacks.join(', ') || 'IAM principals'}`
  const isLacking = lacks.length > 0 || !hasPrincipals(have.properties)
  const ill = `${name} is not delivered: AWS calls it unhealthy${health?.reason ? ` (${health.reason})` : ''}`
  const heal =
    'run bedrock-monitor setup --billing-export, which fixes the policy of its bucket; AWS delivers again within a day'
  return concernsIn(
    ['billing-export-differs', isTheirs && isElsewhere, `${name} delivers to bucket ${have.bucket}`, beside, 'apply'],
    ['billing-export-differs', isTheirs && isLacking, lacking, adopt, 'adopt'],
    ['billing-export-unhealthy', health?.code === 'UNHEALTHY', ill, heal],
  )
}

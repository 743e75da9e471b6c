import { gzipSync } from 'node:zlib'
import { pushTo } from '../state.ts'
import type { BillEntry } from './entry.ts'

/** An export of the bill as AWS delivers it: what it is called, and where its files are to lie. */
export interface ExportOf {
  table: 'COST_AND_USAGE_REPORT' | 'FOCUS_1_2_AWS'
  name: string
  bucket: string
  /** Without slashes around it; may be empty. */
  prefix: string
  payer: string
  /** With `CREATE_NEW_REPORT`, the folder of one refresh; without it each refresh is written over the one before. */
  execution?: string
  rowsOfFile?: number
}

export interface ExportFile {
  key: string
  body: Buffer
}

type Columns = readonly (readonly [name: string, value: (entry: BillEntry, about: ExportOf, now: number) => string])[]

/** The files of all months that some lines are of, as gzipped CSV: data first, manifests last, as AWS delivers them. */
export function exportFiles(entries: readonly BillEntry[], about: ExportOf, now: number): ExportFile[] {
  const { table, name, bucket, prefix, execution, rowsOfFile = 50_000 } = about
  const columns = table === 'FOCUS_1_2_AWS' ? FOCUS : CUR
  // FOCUS takes what discounts take off from each line.
  const lines = table === 'FOCUS_1_2_AWS' ? entries.filter(({ lineType }) => lineType !== 'EdpDiscount') : entries
  const months = new Map<string, BillEntry[]>()
  for (const line of lines) pushTo(months, monthOf(line), line)
  const root = `${prefix === '' ? '' : `${prefix}/`}${name}`
  const head = columns.map(([column]) => column)
  return [...months].flatMap(([month, some]) => {
    const folder = `BILLING_PERIOD=${month}/${execution === undefined ? '' : `${execution}/`}`
    const files = Array.from({ length: Math.ceil(some.length / rowsOfFile) }, (_, index): ExportFile => {
      const part = some.slice(index * rowsOfFile, (index + 1) * rowsOfFile)
      const rows = part.map((line) => columns.map(([, value]) => value(line, about, now)))
      const text = [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('')
      const number = String(index + 1).padStart(5, '0')
      return { key: `${root}/data/${folder}${name}-${number}.csv.gz`, body: gzipSync(text, { level: 1 }) }
    })
    const manifest = {
      executionId: execution ?? '',
      exportArn: `arn:aws:bcm-data-exports:us-east-1:${about.payer}:export/${name}`,
      columns: head.map((column) => ({ name: column, type: 'string' })),
      dataFiles: files.map(({ key }) => `s3://${bucket}/${key}`),
    }
    return [
      ...files,
      { key: `${root}/metadata/${folder}${name}-Manifest.json`, body: Buffer.from(JSON.stringify(manifest)) },
    ]
  })
}

function monthOf({ start }: BillEntry): string {
  return new Date(start).toISOString().slice(0, 7)
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const DIGITS = 18

/** Atto-dollars as dollars, exact. */
function usd(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(DIGITS + 1, '0')
  const text = `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`.replace(/\.?0+$/, '')
  return amount < 0n ? `-${text}` : text
}

/** Single units in the unit that is billed, exact. */
function quantityOf({ quantity, unitDigits }: BillEntry): string {
  if (unitDigits === 0) return String(quantity)
  const digits = String(quantity).padStart(unitDigits + 1, '0')
  return `${digits.slice(0, -unitDigits)}.${digits.slice(-unitDigits)}`
}

function time(moment: number): string {
  return new Date(moment).toISOString()
}

function monthStart({ start }: BillEntry, later = 0): string {
  const date = new Date(start)
  return time(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1))
}

const HOUR_MS = 3_600_000

/** A month gets its invoice once it is over. */
function invoiceOf(line: BillEntry, now: number): string {
  return now < Date.parse(monthStart(line, 1)) ? '' : `INV${monthStart(line).slice(0, 7).replace('-', '')}`
}

/** A map as it stands in CSV; AWS leaves out what has no value. */
function map(pairs: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== '')))
}

/** Tags of who called have their own column; those of resources are written with small letters and underscores. */
function tagsOf({ tags }: BillEntry, ofPrincipals: boolean): string {
  const own = Object.entries(tags).filter(([key]) => key.startsWith('iamPrincipal/') === ofPrincipals)
  return map(Object.fromEntries(own))
}

const isBedrock = ({ service }: BillEntry) => /bedrock/i.test(service)

const CUR: Columns = [
  ['bill_billing_entity', ({ entity }) => entity],
  ['bill_billing_period_start_date', (line) => monthStart(line)],
  ['bill_billing_period_end_date', (line) => monthStart(line, 1)],
  ['bill_invoice_id', (line, _, now) => invoiceOf(line, now)],
  ['bill_payer_account_id', (_, { payer }) => payer],
  ['line_item_usage_account_id', ({ account }) => account],
  ['line_item_line_item_type', ({ lineType }) => lineType],
  ['line_item_usage_start_date', ({ start }) => time(start)],
  ['line_item_usage_end_date', ({ start }) => time(start + HOUR_MS)],
  ['line_item_product_code', ({ productCode }) => productCode],
  ['line_item_usage_type', ({ usageType }) => usageType],
  ['line_item_operation', ({ operation }) => operation],
  ['line_item_usage_amount', quantityOf],
  ['line_item_unblended_cost', ({ unblended }) => usd(unblended)],
  ['line_item_net_unblended_cost', ({ net }) => usd(net)],
  ['line_item_line_item_description', ({ description }) => description],
  ['line_item_iam_principal', ({ principal }) => principal],
  ['pricing_unit', ({ unit }) => unit],
  ['pricing_public_on_demand_cost', ({ list }) => usd(list)],
  ['product', ({ service, product }) => map({ product_name: service, ...product })],
  ['product_product_family', (line) => (isBedrock(line) ? 'Amazon Bedrock' : '')],
  ['product_region_code', ({ region }) => region],
  ['resource_tags', (line) => tagsOf(line, false)],
  ['tags', (line) => tagsOf(line, true)],
]

const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['Usage', 'Usage'],
  ['Credit', 'Credit'],
  ['Tax', 'Tax'],
  ['Refund', 'Usage'],
])

const FOCUS: Columns = [
  ['BilledCost', ({ net }) => usd(net)],
  ['BillingAccountId', (_, { payer }) => payer],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodEnd', (line) => monthStart(line, 1)],
  ['BillingPeriodStart', (line) => monthStart(line)],
  ['ChargeCategory', ({ lineType }) => CATEGORIES.get(lineType) ?? 'Adjustment'],
  ['ChargeClass', ({ lineType }) => (lineType === 'Refund' ? 'Correction' : '')],
  ['ChargeDescription', ({ description }) => description],
  ['ChargePeriodEnd', ({ start }) => time(start + HOUR_MS)],
  ['ChargePeriodStart', ({ start }) => time(start)],
  ['ConsumedQuantity', quantityOf],
  ['ConsumedUnit', ({ unit }) => unit],
  ['ContractedCost', ({ unblended }) => usd(unblended)],
  ['EffectiveCost', ({ net }) => usd(net)],
  ['InvoiceId', (line, _, now) => invoiceOf(line, now)],
  ['ListCost', ({ list }) => usd(list)],
  ['RegionId', ({ region }) => region],
  ['ServiceName', ({ service }) => service],
  ['SubAccountId', ({ account }) => account],
  ['Tags', ({ tags }) => map(tags)],
  ['x_Operation', ({ operation }) => operation],
  ['x_ServiceCode', ({ productCode }) => productCode],
  ['x_UsageType', ({ usageType }) => usageType],
]

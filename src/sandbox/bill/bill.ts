import { hourOf } from '../traffic/invocation.ts'
import type { BillEntry, BilledCall, OtherCharge } from './entry.ts'
import { billedModel, type CallRates, tierOf } from './models.ts'
import { usageTypeOf, withRegion } from './usage-type.ts'

/** What makes a bill another than the list's prices times what the metrics count. Nothing by default. */
export interface BillOptions {
  /** A privately negotiated rate: percent off the list's, in what is billed itself. */
  rateOff?: (call: BilledCall) => number
  /** The enterprise discount program: percent off everything, in lines of its own. */
  discountPercent?: number
  /** US dollars off in each month, in a line on the first billed day. */
  creditsUsd?: number
  refundsUsd?: number
  /** On all that is billed in a month, less discounts. */
  taxPercent?: number
  /** So many of the latest days, that under way included, are not on the bill yet. */
  lateDays?: number
  /** What is billed and in no metric of Bedrock: batch, the OpenAI-compatible endpoint. */
  more?: readonly BilledCall[]
  charges?: readonly OtherCharge[]
  /** Cost-allocation tags of a call, by key as AWS writes it. */
  tagsOf?: (call: BilledCall) => Readonly<Record<string, string>>
}

export const DAY_MS = 86_400_000
const ATTO = 10n ** 18n

/** Tags of the roles that the traffic calls with, as they are once activated. */
const ROLE_TEAMS: ReadonlyMap<string, string> = new Map([
  ['SupportChat', 'support'],
  ['NightlySummaries', 'search'],
])

function teamOf({ identity }: BilledCall): Readonly<Record<string, string>> {
  const team = ROLE_TEAMS.get(identity.split('/').at(-2) ?? '')
  return team === undefined ? {} : { 'iamPrincipal/team': team }
}

/**
 * The bill of some calls as it stands at a moment (ms), oldest line first: by the hour, as a CUR has it, or by the day and
 * without who called, which is all that Cost Explorer tells. Pure.
 */
export function billOf(
  calls: readonly BilledCall[],
  options: BillOptions,
  now: number,
  by: 'hour' | 'day' = 'hour',
): BillEntry[] {
  const { more = [], charges = [], lateDays = 0, discountPercent = 0, tagsOf = teamOf } = options
  const known = (Math.floor(now / DAY_MS) + 1 - lateDays) * DAY_MS
  const lines = new Map<string, Line>()
  const add = (entry: Line) => {
    if (by === 'day') {
      entry.start = Math.floor(entry.start / DAY_MS) * DAY_MS
      entry.principal = ''
    }
    const { start, account, region, service, usageType, operation, principal, tags } = entry
    // There are millions of them: what is put together is changed where it stands.
    const key = [start, account, region, service, usageType, operation, principal, JSON.stringify(tags)].join('\n')
    const line = lines.get(key)
    if (!line) lines.set(key, entry)
    else for (const sum of ['list', 'unblended', 'net'] as const) line[sum] += entry[sum]
    if (line) line.quantity += entry.quantity
  }
  for (const call of [...calls, ...more]) {
    if (call.time < known) for (const entry of entriesOf(call, options.rateOff?.(call) ?? 0, tagsOf(call))) add(entry)
  }
  for (const charge of charges) if (charge.time < known) add(otherEntry(charge))
  const usage = [...lines.values()].map((line) => ({
    ...line,
    net: line.unblended - part(line.unblended, discountPercent),
  }))
  const discounts = discountPercent === 0 ? [] : usage.map(discountOf)
  return [...usage, ...discounts, ...monthly(usage, options)].sort((a, b) => a.start - b.start)
}

type Line = { -readonly [Key in keyof BillEntry]: BillEntry[Key] }

const RATES = new Map<string, [keyof CallRates, inferenceType: string]>([
  ['input', ['input', 'Input tokens']],
  ['output', ['output', 'Output tokens']],
  ['cacheRead', ['cacheRead', 'Prompt cache read input tokens']],
  ['cacheWrite', ['cacheWrite', 'Prompt cache write input tokens']],
  ['cacheWrite1h', ['cacheWrite1h', 'Prompt cache write 1h input tokens']],
  ['images', ['image', 'T2I 1024 Standard']],
])

/** What one call is billed for. Failed and throttled calls are billed nothing. */
function entriesOf(call: BilledCall, off: number, tags: BillEntry['tags']): Line[] {
  const quantities = new Map([
    ['input', call.inputTokens],
    ['output', call.outputTokens],
    ['cacheRead', call.cacheReadTokens],
    ['cacheWrite', call.cacheWriteTokens - call.cacheWrite1hTokens],
    ['cacheWrite1h', call.cacheWrite1hTokens],
    ['images', call.images],
  ])
  if (call.outcome !== 'success') return []
  const model = billedModel(call)
  const isMarketplace = model.isMarketplace && !call.mantle
  const feature = tierOf(call) === 'batch' ? 'Batch Inference' : 'On-demand Inference'
  return [...quantities].flatMap(([kind, quantity]): Line[] => {
    const [rate, inferenceType] = RATES.get(kind) ?? (['input', ''] as const)
    if (quantity === 0) return []
    const isImage = kind === 'images'
    // A millionth of a pico-dollar is an atto-dollar.
    const list = BigInt(quantity) * model.rates[rate] * (isImage ? 1_000_000n : 1n)
    const unblended = list - part(list, off)
    const unit = isImage ? 'images' : isMarketplace ? 'Units' : '1K tokens'
    const usageType = usageTypeOf(call, model, kind)
    return [
      {
        start: hourOf(call.time),
        lineType: 'Usage',
        account: call.account,
        region: call.region,
        entity: isMarketplace ? 'AWS Marketplace' : 'AWS',
        service: isMarketplace ? `${model.name} (Amazon Bedrock Edition)` : 'Amazon Bedrock',
        productCode: isMarketplace ? codeOf(model.name) : 'AmazonBedrock',
        usageType,
        operation: isMarketplace ? 'Usage' : call.batch ? 'InvokeBatchInference' : call.operation,
        description: isMarketplace
          ? `AWS Marketplace software usage|${call.region}|Million ${inferenceType}`
          : `${inferenceType} of ${model.name}, by ${unit}`,
        kind,
        quantity,
        unit,
        unitDigits: isImage ? 0 : isMarketplace ? 6 : 3,
        list,
        unblended,
        net: unblended,
        principal: call.identity,
        tags,
        product: { model: model.name, provider: model.provider, inference_type: inferenceType, feature },
      },
    ]
  })
}

function otherEntry(charge: OtherCharge): Line {
  const { time, account, region, usage, quantity, unit, unitDigits = 0, usd } = charge
  const { service = 'Amazon Bedrock', kind = 'other' } = charge
  const amount = atto(usd)
  return {
    ...PLAIN,
    ...{ account, region, service, kind, quantity, unit, unitDigits },
    start: hourOf(time),
    productCode: service.replaceAll(' ', ''),
    usageType: withRegion(region, usage),
    operation: usage.split('-')[0] ?? '',
    description: `${unit} of ${usage}`,
    list: amount,
    unblended: amount,
    net: amount,
  }
}

const PLAIN = {
  lineType: 'Usage',
  entity: 'AWS',
  service: 'Amazon Bedrock',
  productCode: 'AmazonBedrock',
  operation: '',
  kind: '',
  quantity: 0,
  unit: '',
  unitDigits: 0,
  list: 0n,
  principal: '',
  tags: {},
  product: { model: '', provider: '', inference_type: '', feature: '' },
} as const

function discountOf(line: BillEntry): BillEntry {
  const off = line.unblended - line.net
  return { ...line, lineType: 'EdpDiscount', quantity: 0, list: 0n, unblended: -off, net: 0n }
}

/** What AWS adds and takes off once a month, in each account. */
function monthly(usage: readonly BillEntry[], { creditsUsd = 0, refundsUsd = 0, taxPercent = 0 }: BillOptions) {
  const months = new Map<string, { first: BillEntry; net: bigint }>()
  for (const line of usage) {
    const key = `${line.account} ${new Date(line.start).toISOString().slice(0, 7)}`
    const { first = line, net = 0n } = months.get(key) ?? {}
    months.set(key, { first: line.start < first.start ? line : first, net: net + line.net })
  }
  return [...months.values()].flatMap(({ first, net }): BillEntry[] => {
    const { start, account, region } = first
    const at = { ...PLAIN, start, account, region }
    const of = (lineType: BillEntry['lineType'], amount: bigint): BillEntry[] =>
      amount === 0n
        ? []
        : [{ ...at, lineType, usageType: lineType, description: lineType, unblended: amount, net: amount }]
    return [...of('Credit', -atto(creditsUsd)), ...of('Refund', -atto(refundsUsd)), ...of('Tax', part(net, taxPercent))]
  })
}

/** A percentage of an amount, to a ten-thousandth of a percent. */
function part(amount: bigint, percent: number): bigint {
  return (amount * BigInt(Math.round(percent * 10_000))) / 1_000_000n
}

function atto(usd: number): bigint {
  return (BigInt(Math.round(usd * 1e9)) * ATTO) / 1_000_000_000n
}

/** The Marketplace's product codes are letters and digits that say nothing. */
function codeOf(name: string): string {
  return Buffer.from(name).toString('hex').slice(0, 25)
}

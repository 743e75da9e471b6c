import type { BilledCall } from './entry.ts'
import { type BilledModel, isLong, tierOf } from './models.ts'

/** How usage types of a Region begin (AWS's own codes). */
const CODES: ReadonlyMap<string, string> = new Map(
  `us-east-1 USE1 us-east-2 USE2 us-west-2 USW2 ca-central-1 CAN1 sa-east-1 SAE1 eu-west-1 EU eu-west-2 EUW2 eu-west-3 EUW3
  eu-central-1 EUC1 eu-central-2 EUC2 eu-north-1 EUN1 eu-south-1 EUS1 ap-northeast-1 APN1 ap-northeast-2 APN2 ap-southeast-1 APS1
  ap-southeast-2 APS2 ap-south-1 APS3`
    .trim()
    .split(/\s+/)
    .flatMap((word, index, all) => (index % 2 === 0 ? [[word, all[index + 1] ?? ''] as const] : [])),
)

/** `USE1-…` */
export function withRegion(region: string, usage: string): string {
  return `${CODES.get(region) ?? region.toUpperCase().replaceAll('-', '')}-${usage}`
}

const OWN = new Map([
  ['input', 'input-tokens'],
  ['output', 'output-tokens'],
  ['cacheRead', 'cache-read-input-token-count'],
  ['cacheWrite', 'cache-write-input-token-count'],
  ['cacheWrite1h', 'cache-write-1h-input-token-count'],
])
const MARKETPLACE = new Map([
  ['input', 'InputTokenCount'],
  ['output', 'OutputTokenCount'],
  ['cacheRead', 'CacheReadInputTokenCount'],
  ['cacheWrite', 'CacheWriteInputTokenCount'],
  ['cacheWrite1h', 'CacheWrite1hInputTokenCount'],
])
const MARKETPLACE_TIERS = new Map([
  ['batch', '_Batch'],
  ['flex', '_Flex'],
  ['priority', '_Priority'],
  ['latency-optimized', '_LatencyOptimized'],
])

export function usageTypeOf(call: BilledCall, model: BilledModel, kind: string): string {
  const tier = tierOf(call)
  const { isGlobal } = model
  if (kind === 'images') return withRegion(call.region, `${model.prefix}-T2I-1024-Standard`)
  if (call.mantle) {
    const words = (OWN.get(kind) ?? '').replace('-input-token-count', '-tokens')
    return withRegion(call.region, `${model.id}-mantle-${words}${isGlobal ? '-global' : ''}-${tier}`)
  }
  if (model.isMarketplace) {
    const region = withRegion(call.region, '').slice(0, -1)
    const marks = `${isLong(call) ? '_LCtx' : ''}${isGlobal ? '_Global' : ''}${MARKETPLACE_TIERS.get(tier) ?? ''}`
    return `${region}-MP:${region}_${MARKETPLACE.get(kind)}${marks}-Units`
  }
  const marks = `${tier === 'standard' ? '' : `-${tier}`}${isGlobal ? '-cross-region-global' : ''}`
  return withRegion(call.region, `${model.prefix}-${OWN.get(kind)}${marks}`)
}

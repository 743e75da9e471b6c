import { callerOf } from '../caller.ts'
import type { InvocationRecord } from './record.ts'

const METADATA = 'metadata:'

/** Dimensions that records can be told apart by, besides `metadata:KEY`. A record that does not say has ''. */
const READERS: ReadonlyMap<string, (record: InvocationRecord) => string> = new Map([
  ['model', (record) => record.modelId],
  ['region', (record) => record.region ?? ''],
  ['account', (record) => record.accountId ?? ''],
  ['identity', (record) => record.identityArn ?? ''],
  ['role', (record) => callerOf(record.identityArn ?? '').role],
  ['user', (record) => callerOf(record.identityArn ?? '').user],
  ['operation', (record) => record.operation ?? ''],
  ['profile', (record) => inferenceProfile(record.modelId) ?? ''],
  ['inferenceRegion', (record) => record.inferenceRegion ?? record.region ?? ''],
  ['tier', (record) => record.tier],
  ['errorCode', (record) => record.errorCode ?? ''],
])

export function metadataKey(dimension: string): string | undefined {
  return dimension.startsWith(METADATA) ? dimension.slice(METADATA.length) : undefined
}

export function metadataKeys(dimensions: readonly string[]): string[] {
  return [...new Set(dimensions.flatMap((name) => metadataKey(name) ?? []))]
}

/**
 * What reads each dimension from a record that was scanned for `keys`.
 * @throws RangeError for a name that is no dimension
 */
export function dimensionReaders(dimensions: readonly string[], keys: readonly string[]) {
  return dimensions.map((name) => {
    const key = metadataKey(name)
    const place = key === undefined ? -1 : keys.indexOf(key)
    if (place >= 0) return (record: InvocationRecord) => record.metadata[place] ?? ''
    const reader = READERS.get(name)
    if (reader === undefined) throw new RangeError(`invocation records have no dimension '${name}'`)
    return reader
  })
}

export const SYSTEM_PROFILE = /^(?:global|us-gov|us|eu|apac|jp|au|ca|in|kr)\..+/
export const PROFILE_ARN = /:(?:application-)?inference-profile\/(.+)$/
export const APPLICATION_PROFILE = /^[a-z0-9]{12}$/

/** The id of the inference profile that was called, or undefined where it was a model itself. */
export function inferenceProfile(modelId: string): string | undefined {
  const tail = PROFILE_ARN.exec(modelId)?.[1]
  if (tail !== undefined) return tail
  return SYSTEM_PROFILE.test(modelId) || APPLICATION_PROFILE.test(modelId) ? modelId : undefined
}

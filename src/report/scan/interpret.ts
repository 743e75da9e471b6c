import { type Field, type FieldValues, METADATA_SLOT, SLOT } from './fields.ts'
import type { InvocationRecord } from './record.ts'

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

let lastText = ''
let lastTime: number | undefined

/**
 * ms since the epoch of an ISO 8601 time with its zone, or undefined if it is none. The last one is remembered: records
 * have whole seconds and come in the order of their times.
 */
function parseTimestamp(text: string): number | undefined {
  if (text === lastText) return lastTime
  const time = ISO.test(text) ? Date.parse(text) : Number.NaN
  lastText = text
  lastTime = Number.isNaN(time) ? undefined : time
  return lastTime
}

/** The record that these values make, or undefined if they are none: it takes a time and a model to be a record. */
export function interpret(values: FieldValues, metadataKeys: number): InvocationRecord | undefined {
  const modelId = text(values, 'modelId')
  const timestamp = values[SLOT.timestamp]
  const schemaType = values[SLOT.schemaType]
  if (modelId === undefined || typeof timestamp !== 'string') return undefined
  if (schemaType !== undefined && schemaType !== 'ModelInvocationLog') return undefined
  const time = parseTimestamp(timestamp)
  if (time === undefined) return undefined
  const operation = text(values, 'operation')
  const status = values[SLOT.status]
  const converse = operation === 'Converse' || operation === 'ConverseStream'
  const stream = operation === 'InvokeModelWithResponseStream'
  return {
    time,
    accountId: text(values, 'accountId'),
    identityArn: text(values, 'identityArn'),
    region: text(values, 'region'),
    inferenceRegion: text(values, 'inferenceRegion'),
    requestId: text(values, 'requestId'),
    operation,
    modelId,
    errorCode: text(values, 'errorCode'),
    status: status === undefined ? undefined : String(status),
    metadata: metadataKeys === 0 ? NO_METADATA : metadata(values, metadataKeys),
    inputTokens: count(values, 'inputTokens'),
    outputTokens: count(values, 'outputTokens'),
    cacheReadTokens: count(values, 'cacheReadTokens'),
    cacheWriteTokens: count(values, 'cacheWriteTokens'),
    cacheWrite5mTokens:
      count(values, 'written5m') ?? count(values, 'streamWritten5m') ?? count(values, 'startWritten5m'),
    cacheWrite1hTokens:
      count(values, 'written1h') ?? count(values, 'streamWritten1h') ?? count(values, 'startWritten1h'),
    images: operation === 'InvokeModel' ? images(values) : 0,
    latencyMs: converse
      ? milliseconds(values, 'converseLatency')
      : stream
        ? milliseconds(values, 'streamLatency')
        : undefined,
    timeToFirstTokenMs: stream ? milliseconds(values, 'firstByteLatency') : undefined,
  }
}

const NO_METADATA: readonly undefined[] = []

function metadata(values: FieldValues, keys: number): (string | undefined)[] {
  return Array.from({ length: keys }, (_, index) => {
    const value = values[METADATA_SLOT + index]
    return typeof value === 'string' ? value : undefined
  })
}

/**
 * The images that were made: as many as the answer holds; where it is not in the record (image delivery is off by default)
 * as many as were asked for, which is one unless the request says otherwise. A failed call made none.
 */
function images(values: FieldValues): number {
  if (values[SLOT.errorCode] !== undefined) return 0
  const held = count(values, 'images') ?? count(values, 'artifacts')
  if (held !== undefined) return held
  const made = count(values, 'imageHeight') ?? count(values, 'imageWidth') ?? count(values, 'imageSteps')
  return made === undefined ? 0 : (count(values, 'imagesAsked') ?? 1)
}

function text(values: FieldValues, field: Field): string | undefined {
  const value = values[SLOT[field]]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number that is not negative; anything else in its place is no count. */
function count(values: FieldValues, field: Field): number | undefined {
  const value = values[SLOT[field]]
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value + 0 : undefined
}

/** The service model has whole milliseconds. Forty-nine days is as much as a sample can hold, and more than a call takes. */
function milliseconds(values: FieldValues, field: Field): number | undefined {
  const value = values[SLOT[field]]
  return typeof value === 'number' && value >= 0 && value <= 0xffff_ffff ? Math.round(value + 0) : undefined
}

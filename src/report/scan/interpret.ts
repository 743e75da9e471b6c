import { midnightOf } from '../window.ts'
import { billingOf, tierOf, UNBILLED } from './billing.ts'
import { countAt, millisecondsAt, textAt } from './counts.ts'
import { AT, type FieldValue, type FieldValues, METADATA_SLOT, NO_ID } from './fields.ts'
import type { InvocationRecord } from './record.ts'
import { tokenCounts } from './tokens.ts'

/** ISO 8601, and as databases write it: with a space or a comma, without a zone, or with that of UTC in letters. */
const TIME =
  /^(\d{4})-?(\d\d)-?(\d\d)[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,12}))?)?\s?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]+\])?$/
/** Seconds since 1970, or thousandths, millionths or milliardths of them. */
const SINCE_1970 = /^(\d{9,10}|\d{12,13}|\d{15,16}|\d{18,19})(?:\.(\d{1,9}))?$/

let lastText = ''
let lastTime: number | undefined
/** The last day with its `T`, and when it begins; at first longer than what is compared with it. */
let lastDay = 'no day was met before'
let lastDayStart = 0

/**
 * ms since the epoch of a time, of UTC where it names no zone, or undefined if it is none. The last one is remembered:
 * records have whole seconds and come in the order of their times.
 */
function parseTimestamp(text: string): number | undefined {
  if (text === lastText) return lastTime
  if (text.length === 20 && text.endsWith('Z') && text.startsWith(lastDay)) {
    const [hours, minutes, seconds] = [digitsAt(text, 11), digitsAt(text, 14), digitsAt(text, 17)]
    // As Bedrock writes it, on the day of the one before.
    if (hours < 24 && minutes < 60 && seconds < 60 && text[13] === ':' && text[16] === ':')
      return lastDayStart + ((hours * 60 + minutes) * 60 + seconds) * 1000
  }
  const time = SINCE_1970.test(text) ? since1970(text) : timeOf(text)
  const day = SINCE_1970.test(text) ? undefined : text.slice(0, 10)
  lastText = text
  lastTime = Number.isNaN(time) ? undefined : time
  const start = day === undefined ? Number.NaN : midnightOf(day)
  if (!Number.isNaN(start)) {
    lastDay = `${day}T`
    lastDayStart = start
  }
  return lastTime
}

function timeOf(text: string): number {
  const [, year, month, day, hour, minute, second = '00', fraction = '0', zone = 'Z'] = TIME.exec(text) ?? []
  if (Number.isNaN(midnightOf(`${year}-${month}-${day}`))) return Number.NaN
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}` : 'Z'
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 9)}${offset}`)
}

function since1970(text: string): number {
  const [whole = ''] = text.split('.')
  return Math.floor(Number(text) / 10 ** (3 * (Math.floor((whole.length - 9) / 3) - 1)))
}

/** Two digits; NaN for anything else. */
function digitsAt(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 0x30, text.charCodeAt(at + 1) - 0x30]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Whether a time that was read leaves open of which zone it is. */
function namesNoZone(text: string): boolean {
  if (text.endsWith('Z')) return false
  return !/(?:Z|UTC|GMT|[Tt ].*[+-]\d\d(?::?\d\d)?(?:\[.*\])?)$/i.test(text) && !SINCE_1970.test(text)
}

/** The record that these values make, or undefined if they are none: it takes a time and a model to be a record. */
export function interpret(values: FieldValues, metadataKeys: number): InvocationRecord | undefined {
  const modelId = textAt(values, AT.modelId)
  const timestamp = asText(values[AT.timestamp.first])
  const schemaType = values[AT.schemaType.first]
  if (modelId === undefined || timestamp === undefined) return undefined
  if (schemaType !== undefined && schemaType !== 'ModelInvocationLog') return undefined
  const time = parseTimestamp(timestamp)
  if (time === undefined) return undefined
  const operation = textAt(values, AT.operation)
  const errorCode = textAt(values, AT.errorCode)
  const status = asText(values[AT.status.first])
  const converse = operation === 'Converse' || operation === 'ConverseStream'
  const stream = operation === 'InvokeModelWithResponseStream'
  const hasSucceeded = errorCode === undefined && (status === undefined || status.startsWith('2'))
  const made = operation === 'InvokeModel' ? images(values) : 0
  const call = { modelId, operation, hasSucceeded, isImage: made !== 0 }
  const counted = tokenCounts(values, call)
  const tokens = errorCode === undefined ? counted : tokenCounts([], call)
  const isUnbilled = errorCode !== undefined && Object.values(counted).some((count) => Number(count) > 0)
  const told = tierOf(values, converse)
  return {
    time,
    isTimeAssumed: namesNoZone(timestamp) || undefined,
    accountId: textAt(values, AT.accountId),
    identityArn: textAt(values, AT.identityArn),
    region: textAt(values, AT.region),
    inferenceRegion: textAt(values, AT.inferenceRegion),
    requestId: realId(textAt(values, AT.requestId)),
    operation,
    modelId,
    errorCode,
    status,
    metadata: metadataKeys === 0 ? NO_METADATA : metadata(values, metadataKeys),
    inputTokens: tokens.inputTokens,
    outputTokens: tokens.outputTokens,
    cacheReadTokens: tokens.cacheReadTokens,
    cacheWriteTokens: tokens.cacheWriteTokens,
    cacheWrite5mTokens: tokens.cacheWrite5mTokens,
    cacheWrite1hTokens: tokens.cacheWrite1hTokens,
    images: made ?? 0,
    tier: told.tier ?? '',
    billing: isUnbilled ? UNBILLED : billingOf(modelId, textAt(values, AT.routedModel), told, tokens, made),
    latencyMs: converse
      ? millisecondsAt(values, AT.converseLatency)
      : stream
        ? millisecondsAt(values, AT.streamLatency)
        : undefined,
    timeToFirstTokenMs: stream ? millisecondsAt(values, AT.firstByteLatency) : undefined,
  }
}

const PLACEHOLDER = new RegExp(NO_ID, 'i')

function realId(text: string | undefined): string | undefined {
  return text !== undefined && PLACEHOLDER.test(text) ? undefined : text
}

const NO_METADATA: readonly undefined[] = []

/** A number is told as its text: callers may not have put it between quotation marks. */
function metadata(values: FieldValues, keys: number): (string | undefined)[] {
  return Array.from({ length: keys }, (_, index) => asText(values[METADATA_SLOT + index]))
}

function asText(value: FieldValue): string | undefined {
  return value === undefined ? undefined : String(value)
}

/**
 * The images that were made: as many as the answer holds; where it is not in the record (image delivery is off by default)
 * as many as were asked for, which is one unless the request says otherwise; null where what it says is no number of images.
 * A failed call made none.
 */
function images(values: FieldValues): number | null {
  if (values[AT.errorCode.first] !== undefined) return 0
  const held = countAt(values, AT.images) ?? countAt(values, AT.artifacts)
  if (typeof held === 'number') return held
  const made = countAt(values, AT.imageHeight) ?? countAt(values, AT.imageWidth) ?? countAt(values, AT.imageSteps)
  if (typeof made !== 'number') return 0
  const asked = countAt(values, AT.imagesAsked)
  return asked === undefined ? 1 : asked
}

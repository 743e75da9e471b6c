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

/** Sums by the hour or the day are dated so, in zones that are half an hour off, too. */
const BIN_MS = 1_800_000

/** As Bedrock writes it, on a day that every month has. */
const OF_BEDROCK = /^\d{4}-\d\d-(?:[01]\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

let lastText = ''
let lastTime = Number.NaN
/** `2026-11-23T10:`, and when that hour begins. */
let lastHour = 'none'
let lastHourStart = 0

/**
 * ms since the epoch of a time, of UTC where it names no zone, or NaN if it is none. The last one is remembered: records have whole
 * seconds and come in the order of their times.
 */
function parseTimestamp(text: string): number {
  if (text === lastText) return lastTime
  lastText = text
  if (OF_BEDROCK.test(text)) {
    if (!text.startsWith(lastHour)) {
      lastHour = text.slice(0, 14)
      lastHourStart = Date.parse(`${lastHour}00:00Z`)
    }
    lastTime = lastHourStart + (Number(text.slice(14, 16)) * 60 + Number(text.slice(17, 19))) * 1000
  } else lastTime = SINCE_1970.test(text) ? since1970(text) : timeOf(text)
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

/** Whether a time that was read leaves open of which zone it is. */
function namesNoZone(text: string): boolean {
  if (text.endsWith('Z')) return false
  return !/(?:Z|UTC|GMT|[Tt ].*[+-]\d\d(?::?\d\d)?(?:\[.*\])?)$/i.test(text) && !SINCE_1970.test(text)
}

/** The record that these values make, or undefined if they are none: it takes a time and a model to be a record. */
export function interpret(values: FieldValues, hasMetadata: boolean): InvocationRecord | undefined {
  const modelId = textAt(values, AT.modelId)
  const timestamp = asText(values[AT.timestamp.first])
  const schemaType = values[AT.schemaType.first]
  if (modelId === undefined || timestamp === undefined) return undefined
  if (schemaType !== undefined && schemaType !== 'ModelInvocationLog') return undefined
  const time = parseTimestamp(timestamp)
  if (Number.isNaN(time)) return undefined
  const operation = textAt(values, AT.operation)
  const requestId = textAt(values, AT.requestId)
  const errorCode = textAt(values, AT.errorCode)
  const status = asText(values[AT.status.first])
  const converse = operation === 'Converse' || operation === 'ConverseStream'
  const stream = operation === 'InvokeModelWithResponseStream'
  const hasSucceeded = errorCode === undefined && (status === undefined || status.startsWith('2'))
  const made = operation === 'InvokeModel' ? images(values, modelId) : 0
  const call = { modelId, operation, hasSucceeded, isImage: made !== 0 }
  const counted = tokenCounts(values, call)
  const tokens = errorCode === undefined ? counted : tokenCounts([], call)
  const isUnbilled =
    errorCode !== undefined && Object.values(counted).some((count) => typeof count === 'number' && count > 0)
  const told = tierOf(values, converse)
  return {
    time,
    isTimeAssumed: namesNoZone(timestamp) || undefined,
    mayBeSum:
      (schemaType ?? values[AT.requestId.first] ?? operation) === undefined && time % BIN_MS === 0 ? true : undefined,
    accountId: textAt(values, AT.accountId),
    identityArn: textAt(values, AT.identityArn),
    region: textAt(values, AT.region),
    inferenceRegion: textAt(values, AT.inferenceRegion),
    requestId: requestId !== undefined && PLACEHOLDER.test(requestId) ? undefined : requestId,
    operation,
    modelId,
    errorCode,
    status,
    metadata: hasMetadata ? values.slice(METADATA_SLOT).map(asText) : NO_METADATA,
    inputTokens: tokens.inputTokens,
    outputTokens: tokens.outputTokens,
    cacheReadTokens: tokens.cacheReadTokens,
    cacheWriteTokens: tokens.cacheWriteTokens,
    cacheWrite1hTokens: tokens.cacheWrite1hTokens,
    images: made ?? 0,
    tier: told.tier ?? '',
    billing: isUnbilled ? UNBILLED : billingOf(modelId, textAt(values, AT.routedModel), told, tokens, made),
    latencyMs:
      converse || stream ? millisecondsAt(values, converse ? AT.converseLatency : AT.streamLatency) : undefined,
    timeToFirstTokenMs: stream ? millisecondsAt(values, AT.firstByteLatency) : undefined,
  }
}

const PLACEHOLDER = new RegExp(NO_ID, 'i')

const NO_METADATA: readonly undefined[] = []

/** A number is told as its text: callers may not have put it between quotation marks. */
function asText(value: FieldValue): string | undefined {
  return value === undefined ? undefined : String(value)
}

const MAKES_IMAGES = /canvas|titan-image|stability\./

/**
 * The images that were made: as many as the answer holds; where it is not in the record (image delivery is off by default)
 * as many as were asked for, which is one unless the request says otherwise; null where what it says
 * is no number of images, and where nothing says how many a model of images made. A failed call made none.
 */
function images(values: FieldValues, modelId: string): number | null {
  if (values[AT.errorCode.first] !== undefined) return 0
  const held = countAt(values, AT.images) ?? countAt(values, AT.artifacts)
  if (typeof held === 'number') return held
  const made = countAt(values, AT.imageHeight) ?? countAt(values, AT.imageWidth) ?? countAt(values, AT.imageSteps)
  if (typeof made !== 'number') return MAKES_IMAGES.test(modelId) ? null : 0
  const asked = countAt(values, AT.imagesAsked)
  return asked === undefined ? 1 : asked
}

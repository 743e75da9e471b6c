import {
  GetModelInvocationLoggingConfigurationCommand,
  type GetModelInvocationLoggingConfigurationCommandOutput,
} from '@aws-sdk/client-bedrock'
import type { AwsPlace, SendOptions } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import type { PlaceId } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'

const PLACES_AT_ONCE = 8
/** The names by which setup makes things may lead to the logs all the same: a fault is not waited out. */
const ADVICE: SendOptions = { isAdvice: true }

/** Where a Region's invocation logging delivers to, by its own configuration; what it does not name is undefined. */
export interface Delivery {
  logGroup: string | undefined
  bucket: string | undefined
  keyPrefix: string
}

/** What is known of it: where it leads, that logging is off, or why it could not be read. */
export type KnownDelivery = Delivery | 'off' | { unread: string }

/** Whether calls of now are surely not delivered to a log group, or to a bucket: what is there is of before. */
export function isNotDelivered(known: KnownDelivery | undefined, to: 'logGroup' | 'bucket'): boolean {
  return known === 'off' || (typeof known === 'object' && !('unread' in known) && known[to] === undefined)
}

/** Not to be allowed to is no failure: the names of setup may lead to the logs. Throws only when interrupted. */
export async function readDeliveries(places: readonly AwsPlace[]): Promise<ReadonlyMap<AwsPlace, KnownDelivery>> {
  const read = await sideBySide(places, PLACES_AT_ONCE, async (place) => {
    const get = new GetModelInvocationLoggingConfigurationCommand({})
    const known = orElse(place.cx.aws.bedrock.send(get, ADVICE).then(deliveryOf), ({ message }) => ({
      unread: message,
    }))
    return [place, await known] as const
  })
  return new Map(read)
}

function deliveryOf({ loggingConfig }: GetModelInvocationLoggingConfigurationCommandOutput): KnownDelivery {
  const { cloudWatchConfig, s3Config } = loggingConfig ?? {}
  // Unset comes as nothing at all, or (from some emulations) as an empty object.
  if (!cloudWatchConfig && !s3Config) return 'off'
  const keyPrefix = (s3Config?.keyPrefix ?? '').replace(/^\/+|\/+$/g, '')
  return { logGroup: cloudWatchConfig?.logGroupName, bucket: s3Config?.bucketName, keyPrefix }
}

const MOST_SHOWN = 5

/** Says that nothing was found: where it was looked for, and what the logging configuration says, or else why it may be so. */
export function nothingFound(
  looked: readonly string[],
  places: readonly (PlaceId & { configured?: KnownDelivery })[],
  otherwise: string,
): string {
  const all = [...new Set(looked)]
  const more = all.length > MOST_SHOWN ? [`${all.length - MOST_SHOWN} more`] : []
  const said = places.flatMap(({ configured, region }) => (configured ? deliveryWords(configured, region) : []))
  const why = [...new Set(said)].slice(0, MOST_SHOWN).join('; ') || otherwise
  return `no record of a Bedrock invocation in this window; looked at: ${[...all.slice(0, MOST_SHOWN), ...more].join(', ')}; ${why}`
}

function deliveryWords(known: KnownDelivery, region: string): string {
  if (known === 'off') return `invocation logging is off in ${region}`
  if ('unread' in known) return `the logging configuration of ${region} could not be read (${known.unread})`
  const { logGroup, bucket, keyPrefix } = known
  const folder = keyPrefix === '' ? 'without a key prefix' : `under '${keyPrefix}'`
  const targets = [logGroup && `log group ${logGroup}`, bucket && `bucket ${bucket} ${folder}`].filter(Boolean)
  return `invocation logging in ${region} writes to ${targets.join(' and ')}`
}

/** Of a log group or a bucket that is not there: with what logging writes to instead, and how that is read. */
export function withDelivery(error: unknown, known: KnownDelivery | undefined, region: string): unknown {
  if (!isAppError(error) || !/^No(?:LogGroup|SuchBucket)$/.test(error.code)) return error
  if (typeof known !== 'object' || 'unread' in known) return error
  const source = error.code === 'NoLogGroup' ? known.bucket && 's3' : known.logGroup && 'logs'
  if (!source) return error
  const hint = `bedrock-monitor report --source ${source} --region ${region} reads it there`
  return new AppError('failed', error.code, `${error.message}; ${deliveryWords(known, region)}`, { hint, cause: error })
}

import { gzipSync } from 'node:zlib'
import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import type { CloudWatch } from '../services/cloudwatch.ts'
import type { Logs } from '../services/logs.ts'
import type { S3 } from '../services/s3.ts'
import { pushTo } from '../state.ts'
import { HOUR_MS, hourOf, type Invocation } from './invocation.ts'
import { deliveryMetric } from './metrics.ts'
import { type InvocationRecord, type LargeBody, recordOf } from './record.ts'

/** Where the records of one account, Region and hour lie in a bucket, with a slash at the end. All times are UTC. */
function hourFolder(keyPrefix: string | undefined, account: string, region: string, time: number): string {
  const [year, month, day, hour] = new Date(time).toISOString().split(/[-T:]/)
  const prefix = keyPrefix ? `${keyPrefix}/` : ''
  return `${prefix}AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${year}/${month}/${day}/${hour}/`
}

/** The name of an object of records: its time as `YYYYMMDDTHHmmssSSSZ`, and sixteen hexadecimal digits. */
function objectName(time: number, digits: string): string {
  return `${new Date(time).toISOString().replace(/[-:.]/g, '')}_${digits}.json.gz`
}

/** Where log records can go, and what counts them. */
export interface LogTargets {
  cloudwatch: Pick<CloudWatch, 'putMetric'>
  logs: Pick<Logs, 'putRecord'>
  s3: Pick<S3, 'putObject'>
}

export interface Deliveries {
  records: number
  objects: number
}

const STREAM = 'aws/bedrock/modelinvocations'
/** Bedrock writes many records into an object; how many is not documented. */
const RECORDS_AN_OBJECT = 250

type Target = { bucketName: string | undefined; keyPrefix?: string | undefined } | undefined

/** To the destinations of the Region's logging. @param isUnsteady some come late or twice, as AWS allows itself */
export function deliver(
  to: LogTargets,
  config: LoggingConfig,
  invocations: readonly Invocation[],
  isUnsteady = false,
): Deliveries {
  const delivered = {
    text: config.textDataDeliveryEnabled ?? true,
    image: config.imageDataDeliveryEnabled ?? true,
    embedding: config.embeddingDataDeliveryEnabled ?? true,
  }
  const logs = config.cloudWatchConfig
  const done: Deliveries = { records: 0, objects: 0 }
  const batches = new Map<number, { invocation: Invocation; line: string }[]>()
  for (const invocation of invocations) {
    const record = recordOf(invocation, delivered)
    if (logs?.logGroupName) {
      const message = record.render((large) => uriOf(logs.largeDataDeliveryS3Config, invocation, large))
      const ok = to.logs.putRecord(invocation.region, logs.logGroupName, STREAM, [
        { timestamp: invocation.time, message },
      ])
      to.cloudwatch.putMetric(
        invocation.region,
        deliveryMetric('LogsCloudWatch', ok ? 'Success' : 'Failure', invocation.time),
      )
      done.records += Number(ok)
    }
    if (config.s3Config) {
      const line = record.render((large) => uriOf(config.s3Config, invocation, large))
      for (const hour of deliveryHours(invocation, isUnsteady)) pushTo(batches, hour, { invocation, line })
    }
    for (const target of largeTargets(config, record)) done.objects += putLarge(to, target, invocation, record.large)
  }
  for (const [hour, batch] of batches) done.objects += putBatches(to, config.s3Config, hour, batch)
  return done
}

/** The hours in whose folders a call's record comes to lie, once for each time that it is delivered. */
function deliveryHours({ time, requestId }: Invocation, isUnsteady: boolean): number[] {
  const hour = hourOf(time)
  const [next, last] = [hour + HOUR_MS, hour + 2 * HOUR_MS]
  const ways = [[next], [hour, hour], [hour, next], [next, last, last]]
  return (isUnsteady && ways[Number.parseInt(requestId.at(-1) ?? '', 16)]) || [hour]
}

/** Both destinations may name the same bucket and prefix: the body is then written once. */
function largeTargets({ s3Config, cloudWatchConfig }: LoggingConfig, { large }: InvocationRecord): Target[] {
  const targets: Target[] = large.length > 0 ? [s3Config, cloudWatchConfig?.largeDataDeliveryS3Config] : []
  const places = targets
    .filter((target) => target?.bucketName)
    .map((target) => [`${target?.bucketName}/${target?.keyPrefix}`, target] as const)
  return [...new Map(places).values()]
}

function putLarge(to: LogTargets, target: Target, invocation: Invocation, large: readonly LargeBody[]): number {
  return large.reduce((objects, one) => {
    const body = gzipSync(JSON.stringify(one.body), { level: 1 })
    return objects + put(to, 'LargeDataS3', target?.bucketName, largeKey(target, invocation, one), body, invocation)
  }, 0)
}

function putBatches(
  to: LogTargets,
  target: Target,
  hour: number,
  batch: readonly { invocation: Invocation; line: string }[],
): number {
  let objects = 0
  for (let at = 0; at < batch.length; at += RECORDS_AN_OBJECT) {
    const part = batch.slice(at, at + RECORDS_AN_OBJECT)
    const first = part[0]?.invocation
    if (!first) continue
    const folder = hourFolder(target?.keyPrefix, first.account, first.region, hour)
    const key = `${folder}${objectName(Math.max(first.time, hour), first.requestId.replaceAll('-', '').slice(-16))}`
    const body = gzipSync(`${part.map(({ line }) => line).join('\n')}\n`, { level: 1 })
    objects += put(to, 'LogsS3', target?.bucketName, key, body, first)
  }
  return objects
}

function put(
  to: LogTargets,
  kind: 'LogsS3' | 'LargeDataS3',
  bucket: string | undefined,
  key: string,
  body: Uint8Array,
  { region, time }: Invocation,
): number {
  const ok = attempt(() => to.s3.putObject(bucket ?? '', key, body))
  to.cloudwatch.putMetric(region, deliveryMetric(kind, ok ? 'Success' : 'Failure', time))
  return Number(ok)
}

function attempt(write: () => void): boolean {
  try {
    write()
    return true
  } catch {
    return false
  }
}

function largeKey(target: Target, { account, region, time }: Invocation, { name }: LargeBody): string {
  return `${hourFolder(target?.keyPrefix, account, region, time)}data/${name}`
}

function uriOf(target: Target, invocation: Invocation, large: LargeBody): string | undefined {
  return target?.bucketName ? `s3://${target.bucketName}/${largeKey(target, invocation, large)}` : undefined
}

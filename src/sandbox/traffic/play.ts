import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import type { Ledger } from '../bill/ledger.ts'
import type { CloudWatch } from '../services/cloudwatch.ts'
import type { Logs } from '../services/logs.ts'
import { pushTo } from '../state.ts'
import { type Deliveries, deliver } from './deliver.ts'
import type { Invocation } from './invocation.ts'
import { metricsOf } from './metrics.ts'

/** What the traffic touches of a sandbox's services. */
export interface TrafficServices {
  cloudwatch: Pick<CloudWatch, 'putMetric'>
  logs: Pick<Logs, 'putRecord'>
  s3: { putObject(bucket: string, key: string, body: Uint8Array): void }
  /** The Region's logging configuration; undefined while logging is off. */
  bedrock: { loggingConfig(region: string): LoggingConfig | undefined }
  /** Where calls are billed. */
  bill?: Pick<Ledger, 'add'>
}

export interface PlayOptions {
  /** Whether throttled calls leave a record too; nothing documents whether Bedrock does so. */
  logThrottles?: boolean
  /** Some records come late to the bucket, or more than once: AWS delivers at least once. */
  isUnsteady?: boolean
}

export interface Played extends Deliveries {
  metrics: number
}

/** Each puts its metrics, and leaves its records where its Region's logging is on when this is called. */
export function playTraffic(
  { cloudwatch, logs, s3, bedrock, bill }: TrafficServices,
  invocations: readonly Invocation[],
  { logThrottles = true, isUnsteady = false }: PlayOptions = {},
): Played {
  bill?.add(invocations)
  const played: Played = { metrics: 0, records: 0, objects: 0 }
  const regions = new Map<string, Invocation[]>()
  for (const invocation of invocations) {
    for (const sample of metricsOf(invocation)) {
      cloudwatch.putMetric(invocation.region, sample)
      played.metrics += 1
    }
    if (invocation.outcome === 'throttle' && !logThrottles) continue
    pushTo(regions, invocation.region, invocation)
  }
  for (const [region, logged] of regions) {
    const { records, objects } = deliverLogged({ cloudwatch, logs, s3, bedrock }, region, logged, isUnsteady)
    played.records += records
    played.objects += objects
  }
  return played
}

/** Leaves the records of a Region's calls where its logging configuration says; none while it has no such. */
export function deliverLogged(
  { cloudwatch, logs, s3, bedrock }: TrafficServices,
  region: string,
  invocations: readonly Invocation[],
  isUnsteady = false,
): Deliveries {
  const config = bedrock.loggingConfig(region)
  if (!config) return { records: 0, objects: 0 }
  const targets = { putRecord: logs.putRecord, putObject: s3.putObject, putMetric: cloudwatch.putMetric }
  return deliver(targets, config, invocations, isUnsteady)
}

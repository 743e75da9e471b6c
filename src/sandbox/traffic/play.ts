import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import type { Ledger } from '../bill/ledger.ts'
import type { Bedrock } from '../services/bedrock.ts'
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
function deliverLogged(
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

/** Records wait until logging is first switched on, so that log and bucket tell of the same calls as the metrics. */
export function createPlayer(
  services: TrafficServices & { bedrock: Pick<Bedrock, 'onLogging'> },
): (invocations: readonly Invocation[]) => Played {
  /** By Region; one whose logging has been on at any time is undefined and keeps nothing any more. */
  const waiting = new Map<string, Invocation[] | undefined>()
  services.bedrock.onLogging((region) => {
    const kept = waiting.get(region) ?? []
    waiting.set(region, undefined)
    deliverLogged(services, region, kept)
  })
  return (invocations) => {
    for (const invocation of invocations) {
      const { region } = invocation
      if (services.bedrock.loggingConfig(region)) waiting.set(region, undefined)
      else if (!waiting.has(region)) waiting.set(region, [invocation])
      else waiting.get(region)?.push(invocation)
    }
    return playTraffic(services, invocations)
  }
}

import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import type { Ledger } from '../bill/ledger.ts'
import type { Bedrock } from '../services/bedrock.ts'
import { pushTo } from '../state.ts'
import { type Deliveries, deliver, type LogTargets } from './deliver.ts'
import type { Invocation } from './invocation.ts'
import { metricsOf } from './metrics.ts'

export interface TrafficServices extends LogTargets {
  /** The Region's logging configuration; undefined while logging is off. */
  bedrock: { loggingConfig(region: string): LoggingConfig | undefined }
  bill?: Pick<Ledger, 'add'>
}

export interface Played extends Deliveries {
  metrics: number
}

/**
 * Each puts its metrics, and leaves its records where its Region's logging is on when this is called.
 * @param isUnsteady some records come late to the bucket, or more than once: AWS delivers at least once
 */
export function playTraffic(
  services: TrafficServices,
  invocations: readonly Invocation[],
  { isUnsteady = false }: { isUnsteady?: boolean } = {},
): Played {
  services.bill?.add(invocations)
  const played: Played = { metrics: 0, records: 0, objects: 0 }
  const regions = new Map<string, Invocation[]>()
  for (const invocation of invocations) {
    for (const sample of metricsOf(invocation)) {
      services.cloudwatch.putMetric(invocation.region, sample)
      played.metrics += 1
    }
    pushTo(regions, invocation.region, invocation)
  }
  for (const [region, called] of regions) {
    const { records, objects } = deliverLogged(services, region, called, isUnsteady)
    played.records += records
    played.objects += objects
  }
  return played
}

/** Leaves the records of a Region's calls where its logging configuration says; none while it has no such. */
function deliverLogged(
  services: TrafficServices,
  region: string,
  invocations: readonly Invocation[],
  isUnsteady = false,
): Deliveries {
  const config = services.bedrock.loggingConfig(region)
  return config ? deliver(services, config, invocations, isUnsteady) : { records: 0, objects: 0 }
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

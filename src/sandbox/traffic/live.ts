import type { Bedrock } from '../services/bedrock.ts'
import type { Invocation } from './invocation.ts'
import { deliverLogged, type Played, playTraffic, type TrafficServices } from './play.ts'

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

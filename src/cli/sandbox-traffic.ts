import type { Sandbox } from '../sandbox/sandbox.ts'
import { generateTraffic, playTraffic, truth } from '../sandbox/traffic.ts'

/** What a day of synthetic traffic was, in numbers. */
export interface PlayedDay {
  seed: number
  calls: number
  models: number
  identities: number
  /** As CloudWatch counts them: throttled and rejected calls are none. */
  invocations: number
  inputTokens: number
  outputTokens: number
  /** Log records delivered, and objects in the bucket; 0 while logging is off. */
  records: number
  objects: number
}

export const DEFAULT_SEED = 1

/** Plays made-up calls of Bedrock from `start` to `end` (ms) into a sandbox. The same seed gives the same calls. */
export function playDay(sandbox: Sandbox, seed: number, window: { start: number; end: number }): PlayedDay {
  const { account, region, services } = sandbox
  const calls = generateTraffic({ seed, ...window, account, region })
  const { records, objects } = playTraffic(services, calls)
  const { total, byModel, byIdentity } = truth(calls)
  return {
    seed,
    calls: calls.length,
    models: byModel.size,
    identities: byIdentity.size,
    invocations: total.invocations,
    inputTokens: total.inputTokens,
    outputTokens: total.outputTokens,
    records,
    objects,
  }
}

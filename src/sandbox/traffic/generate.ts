import { HOUR_MS, hourOf, type Invocation, type Outcome } from './invocation.ts'
import { DEFAULT_MODELS, defaultIdentities, type TrafficIdentity, type TrafficModel } from './models.ts'
import { Random } from './random.ts'
import { withTerms } from './terms.ts'

export interface TrafficOptions {
  seed: number
  /** The window in milliseconds since the epoch, `end` exclusive. */
  start: number
  end: number
  account: string
  region: string
  models?: readonly TrafficModel[]
  identities?: readonly TrafficIdentity[]
  /** Calls an hour, on the average over a day; `CALLS_AN_HOUR` by default. */
  invocationsPerHour?: number
  steady?: boolean
  /** Weekends are quieter than the days between them. */
  weekly?: boolean
  /** From one moment to another there are so many times as many calls, all of one model where it is named. */
  spike?: { start: number; end: number; times: number; modelId?: string }
  /** Some calls are on other terms than the standard ones: tiers, long prompts, a prompt router, caches kept for an hour. */
  variesTerms?: boolean
}

export const CALLS_AN_HOUR = 120
/** How busy each hour of the day is, in UTC: quiet nights, a dip at noon. */
const DAY_CURVE = [2, 1, 1, 1, 1, 2, 4, 8, 13, 16, 17, 16, 12, 15, 17, 16, 14, 11, 8, 6, 5, 4, 3, 2]
/** How busy each weekday is, from Sunday on: 1 on the average. */
const WEEK_CURVE = [0.25, 1.25, 1.35, 1.35, 1.3, 1.15, 0.35]
const MEAN_OF_DAY = DAY_CURVE.reduce((total, weight) => total + weight, 0) / DAY_CURVE.length

const OUTCOMES: readonly (readonly [Outcome, number])[] = [
  ['success', 960],
  ['client-error', 16],
  ['server-error', 8],
  ['throttle', 16],
]
const ERROR_CODES: Record<Exclude<Outcome, 'success'>, readonly (readonly [string, number])[]> = {
  'client-error': [
    ['ValidationException', 5],
    ['AccessDeniedException', 2],
    ['ResourceNotFoundException', 1],
  ],
  'server-error': [
    ['InternalServerException', 2],
    ['ServiceUnavailableException', 1],
  ],
  throttle: [['ThrottlingException', 1]],
}
const US_REGIONS: readonly (readonly [string, number])[] = [
  ['us-east-1', 2],
  ['us-east-2', 1],
  ['us-west-2', 2],
]

/** Synthetic calls of Bedrock in order of time. Pure: the same options give the same calls. */
export function generateTraffic(options: TrafficOptions): Invocation[] {
  const { seed, start, end, account, region, invocationsPerHour = CALLS_AN_HOUR, steady, weekly, spike } = options
  const random = new Random(seed)
  const models = (options.models ?? DEFAULT_MODELS).map((model) => [model, model.weight] as const)
  const identities = (options.identities ?? defaultIdentities(account, region)).map((one) => [one, one.weight] as const)
  const invocations: Invocation[] = []
  for (let hour = hourOf(start); hour < end; hour += HOUR_MS) {
    const [from, to] = [Math.max(hour, start), Math.min(hour + HOUR_MS, end)]
    const busy = steady ? 1 : (DAY_CURVE[new Date(hour).getUTCHours()] ?? 0) / MEAN_OF_DAY
    const ofWeek = weekly ? (WEEK_CURVE[new Date(hour).getUTCDay()] ?? 1) : 1
    const own = spike && hour >= spike.start && hour < spike.end ? spike : undefined
    const count = random.poisson((invocationsPerHour * busy * ofWeek * (own?.times ?? 1) * (to - from)) / HOUR_MS)
    const named = own?.modelId === undefined ? [] : models.filter(([model]) => model.modelId === own.modelId)
    const called = named.length > 0 ? named : models
    const times = Array.from({ length: count }, () => Math.floor(random.integer(from, to) / 1_000) * 1_000)
    for (const time of times.filter((one) => one >= start).sort((a, b) => a - b)) {
      invocations.push(invoke(random, options, time, random.pick(called), random.pick(identities)))
    }
  }
  if (!options.variesTerms) return invocations
  // Numbers of its own, so that all else about the calls is as without.
  const more = new Random(seed + 1)
  return invocations.map((call) => withTerms(call, more))
}

function invoke(
  random: Random,
  { account, region }: TrafficOptions,
  time: number,
  model: TrafficModel,
  identity: TrafficIdentity,
): Invocation {
  const operation = random.pick(model.operations)
  const outcome = random.pick(OUTCOMES)
  const inferenceRegion = /^(us|global)\./.test(model.modelId) ? random.pick(US_REGIONS) : undefined
  const invocation: Invocation = {
    time,
    requestId: random.uuid(),
    account,
    region,
    ...(inferenceRegion !== undefined && { inferenceRegion }),
    identity: identity.arn,
    modelId: model.modelId,
    format: model.format,
    operation,
    outcome,
    ...(outcome !== 'success' && { errorCode: random.pick(ERROR_CODES[outcome]) }),
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    images: 0,
    ...(identity.metadata && random.chance(0.8) && { metadata: identity.metadata }),
    quotaTokens: 0,
    cacheMetrics: model.cacheMetrics,
    ...(model.serviceTier !== undefined && { serviceTier: { asked: model.serviceTier, resolved: model.serviceTier } }),
    look: lookOf(random, model),
  }
  return outcome === 'success'
    ? { ...invocation, ...successOf(random, model, operation.includes('Stream')) }
    : invocation
}

function successOf(random: Random, model: TrafficModel, streams: boolean): Partial<Invocation> {
  const inputTokens = model.inputTokens && random.logNormal(model.inputTokens, 0.8)
  const outputTokens = model.outputTokens && random.logNormal(model.outputTokens, 0.7)
  const cached = random.chance(model.cacheRate)
  const cacheReadTokens = cached ? random.logNormal(6_000, 0.6) : 0
  // What is not in the cache yet is written once and read from then on.
  const cacheWriteTokens = cached && random.chance(0.15) ? random.logNormal(2_000, 0.5) : 0
  const timeToFirstTokenMs = random.logNormal(model.firstTokenMs, 0.4)
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    images: model.format === 'nova-image' ? 1 : 0,
    latencyMs: timeToFirstTokenMs + Math.round(outputTokens * model.tokenMs * (0.7 + random.next() * 0.6)),
    ...(streams && { timeToFirstTokenMs }),
    quotaTokens: inputTokens + cacheWriteTokens + outputTokens * model.burnDown,
  }
}

/** Most requests are small; some are long conversations, few are beyond the 100 KB that a log record may hold. */
function lookOf(random: Random, model: TrafficModel): Invocation['look'] {
  const keyOrder = random.chance(0.3) ? 'older' : 'newer'
  const kind = random.next()
  const converses = model.format === 'anthropic' || model.format === 'nova'
  if (converses && kind < 0.004) return { keyOrder, messages: 1, messageLength: 110_000 }
  if (converses && kind < 0.03) return { keyOrder, messages: 121, messageLength: 60 }
  return { keyOrder, messages: converses ? 1 + 2 * random.integer(0, 4) : 1, messageLength: random.integer(40, 400) }
}

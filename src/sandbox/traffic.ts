/** Synthetic calls of Amazon Bedrock: made up from a seed, played into a sandbox, and summed up as the truth about them. */
export { generateTraffic, type TrafficOptions } from './traffic/generate.ts'
export type { Invocation, InvocationOperation, Outcome } from './traffic/invocation.ts'
export { createPlayer } from './traffic/live.ts'
export { DEFAULT_MODELS, defaultIdentities, type TrafficIdentity, type TrafficModel } from './traffic/models.ts'
export { type Played, type PlayOptions, playTraffic, type TrafficServices } from './traffic/play.ts'
export { type Sums, sumsBy, type Truth, truth } from './traffic/truth.ts'

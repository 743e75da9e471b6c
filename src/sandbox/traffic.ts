/** Synthetic calls of Amazon Bedrock: made up from a seed, played into a sandbox, and summed up as the truth about them. */
export { featureCharges } from './bill/features.ts'
export { type FeatureOptions, featureTraffic } from './traffic/features.ts'
export { CALLS_AN_HOUR, generateTraffic, type TrafficOptions } from './traffic/generate.ts'
export type { Invocation } from './traffic/invocation.ts'
export { DEFAULT_MODELS } from './traffic/models.ts'
export { createPlayer, type Played, playTraffic } from './traffic/play.ts'
export { type CallRates, costOf, type Sums, sumsBy, truth } from './traffic/truth.ts'

/** Synthetic calls of Amazon Bedrock: made up from a seed and played into a sandbox. */
export { featureCharges } from './bill/features.ts'
export { type FeatureOptions, featureTraffic } from './traffic/features.ts'
export { CALLS_AN_HOUR, generateTraffic, type TrafficOptions } from './traffic/generate.ts'
export type { Invocation } from './traffic/invocation.ts'
export { DEFAULT_MODELS } from './traffic/models.ts'
export { createPlayer, type Played, playTraffic } from './traffic/play.ts'

import { pricedId, splitScope } from '../prices/model-id.ts'

/** How a call reaches a model. A model has a quota of its own for each way, in the Region that is called. */
export type Routing = 'in-region' | 'geographic' | 'global'

export interface RoutedModel {
  routing: Routing
  /** The model's id, without the prefix of an inference profile. */
  base: string
}

/**
 * The model and the way to it that a ModelId of CloudWatch names: an id, or the ARN of a foundation model or of a system
 * inference profile. Undefined for what counts against no quota by the minute (provisioned throughput, custom models), and
 * for application profiles, which do not say.
 */
export function routedModel(modelId: string): RoutedModel | undefined {
  const id = pricedId(modelId)
  if (typeof id !== 'string' || id === '') return undefined
  const { scope, base } = splitScope(id)
  return { routing: scope === 'in-region' || scope === 'global' ? scope : 'geographic', base }
}

/** A name for what shares a quota, which is by model and routing; geographies share theirs. */
export function poolName({ routing, base }: RoutedModel): string {
  return routing === 'in-region' ? base : `${routing === 'global' ? 'global' : 'cross-region'}.${base}`
}

/**
 * What an application profile stands for, by the ARNs of its models: one that names no Region is how global routing is
 * granted, several Regions are a geography, a single one is the model in that Region. Undefined for several models.
 */
export function routedProfile(modelArns: readonly string[]): RoutedModel | undefined {
  const models = modelArns.map((arn) => /^arn:[^:]+:bedrock:([^:]*):[^:]*:foundation-model\/(.+)$/.exec(arn))
  const [base, ...others] = new Set(models.map((match) => match?.[2]))
  if (base === undefined || others.length > 0) return undefined
  if (models.some((match) => match?.[1] === '')) return { routing: 'global', base }
  return { routing: models.length > 1 ? 'geographic' : 'in-region', base }
}

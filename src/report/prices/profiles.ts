import type { PriceBook } from './book.ts'

/** Whether callers named an application inference profile: by its ARN or, as metrics have it, by its bare id. */
export function isApplicationProfile(modelId: string): boolean {
  return /^[a-z0-9]{12}$/.test(modelId) || /:application-inference-profile\//.test(modelId)
}

/** The id of an application profile: the tail of its ARN. */
export function profileIdOf(modelId: string): string {
  return modelId.split('/').at(-1) ?? modelId
}

/**
 * The model id that an application profile bills by, told by the ARNs of its models: the global price where one of them
 * names no Region (that is how global routing is granted), the Region's own otherwise. Undefined when they are of several models.
 */
export function modelOfProfile(modelArns: readonly string[]): string | undefined {
  const models = modelArns.map((arn) =>
    /^arn:[^:]+:bedrock:(?<region>[^:]*):[^:]*:foundation-model\/(?<id>.+)$/.exec(arn),
  )
  const [id, ...others] = new Set(models.map((match) => match?.groups?.id))
  if (id === undefined || others.length > 0) return undefined
  return models.some((match) => match?.groups?.region === '') ? `global.${id}` : id
}

/** Prices application profiles by the models they stand for: `models` holds these by profile id. */
export function withProfiles(book: PriceBook, models: ReadonlyMap<string, string>): PriceBook {
  return {
    changes: book.changes,
    lookup(modelId, region, at, terms) {
      const model = isApplicationProfile(modelId) ? models.get(profileIdOf(modelId)) : undefined
      const own = book.lookup(modelId, region, at, terms)
      return model !== undefined && 'unpriced' in own ? book.lookup(model, region, at, terms) : own
    },
  }
}

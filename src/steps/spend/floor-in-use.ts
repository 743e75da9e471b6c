import type { Floor } from '../../text/floor.ts'
import { type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'

/** What a sum over models in use leaves out, by their use of the two weeks; undefined where every kind that is used has a price. */
export function floorInUse(models: readonly Pick<ModelInUse, 'tokens' | 'prices'>[]): Floor | undefined {
  let [tokens, priced, isUncounted] = [0, 0, false]
  for (const model of models) {
    for (const kind of TOKEN_KINDS) {
      tokens += model.tokens[kind]
      if (model.prices[kind] !== null) priced += model.tokens[kind]
    }
    // A model without tokens and without a price is billed by something else.
    isUncounted ||= TOKEN_KINDS.every((kind) => model.tokens[kind] === 0 && model.prices[kind] === null)
  }
  const lacks = [...(priced < tokens ? ['tokens' as const] : []), ...(isUncounted ? ['calls' as const] : [])]
  return lacks.length === 0 ? undefined : { lacks, pricedShare: tokens === 0 ? null : priced / tokens }
}

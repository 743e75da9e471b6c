import type { Tally } from '../../tally.ts'

/** All that a model was used in the window. */
export interface ModelUse extends Tally {
  model: string
}

/** The use of each model with any. */
export function usesOf(models: readonly string[], useOf: (model: string) => Tally | undefined): ModelUse[] {
  return models.flatMap((model) => {
    const use = useOf(model)
    return use ? [{ model, ...use }] : []
  })
}

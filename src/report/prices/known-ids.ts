import { modelKey, splitScope } from './model-id.ts'
import { IMAGE_MODELS } from './other-units.ts'
import { geographiesOf } from './places.ts'
import { listedIds } from './table/aws.ts'
import { tableIds } from './table.ts'

/**
 * The model ids that some bundled source has a price of, in order of their names: the tables', the image models, and those of
 * `packaged` (ids of genai-prices) that are other models than these.
 */
export function knownIds(packaged: readonly string[]): string[] {
  const table = [...listedIds(), ...tableIds(), ...IMAGE_MODELS]
  const models = new Set(table.map(modelKey))
  const more = packaged.map((id) => id.replace(/^regional\./, '')).filter((id) => !models.has(modelKey(id)))
  return [...new Set([...table, ...more])].sort(
    (a, b) => compare(splitScope(a).base, splitScope(b).base) || compare(a, b),
  )
}

/** Whether an id can be called from a Region, as far as its prefix tells. */
export function isCallableFrom(id: string, region: string): boolean {
  const { scope } = splitScope(id)
  const inGov = region.startsWith('us-gov-')
  if (scope === 'global') return !inGov
  return scope === 'in-region' || geographiesOf(region).includes(scope)
}

/**
 * The ids that a word stands for: itself when it is an id, however it is written, or an ARN, otherwise all known ones that
 * contain it; and itself where none does, so that it can be said that it has no price.
 */
export function idsFor(word: string, known: readonly string[]): string[] {
  if (word.startsWith('arn:') || known.some((id) => modelKey(id) === modelKey(word))) return [word]
  const containing = known.filter((id) => id.includes(word.toLowerCase()))
  return containing.length > 0 ? containing : [word]
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

import { usageError } from '../../core/errors.ts'
import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import { type Figures, NO_PRICE, notStandard, type Price, type PriceBook } from './book.ts'
import { pricedId } from './model-id.ts'

/** What somebody pays by a contract of his own: US dollars per million tokens, or an image; everywhere or in one Region. */
type PriceOverride = { region?: string; perImage?: number } & Partial<Record<`${TokenKind}PerMillion`, number>>

/** By model id or ARN, as callers pass it. */
export type PriceOverrides = ReadonlyMap<string, readonly PriceOverride[]>

const FIGURES: readonly string[] = [...TOKEN_KINDS.map((kind) => `${kind}PerMillion`), 'perImage']

/**
 * Checks the `prices` of a configuration file: by model id one override, or a list of them. Throws a usage error that names
 * the file (`name`), the model and what is wrong.
 */
export function parseOverrides(value: unknown, name: string): PriceOverrides {
  const models = entriesOf(value)
  if (!models) throw wrong(`${name}: prices is not an object`)
  return new Map(
    models.map(([model, given]) => {
      const list = (Array.isArray(given) ? given : [given]).map((one) =>
        parseOverride(one, `${name}: prices of ${model}`),
      )
      const regions = list.map(({ region }) => region ?? 'every Region')
      const twice = regions.find((region, index) => regions.indexOf(region) !== index)
      if (twice !== undefined) throw wrong(`${name}: prices of ${model} are given twice for ${twice}`)
      return [model, list]
    }),
  )
}

function parseOverride(value: unknown, where: string): PriceOverride {
  const entries = entriesOf(value)
  if (!entries) throw wrong(`${where}: ${JSON.stringify(value)} is not an object`)
  for (const [key, given] of entries) {
    if (key === 'region') {
      if (typeof given !== 'string' || given === '') throw wrong(`${where}: region is not a Region's name`)
    } else if (!FIGURES.includes(key)) {
      throw wrong(`${where}: unknown key '${key}'; there are region, ${FIGURES.join(', ')}`)
    } else if (!isPrice(given)) {
      throw wrong(`${where}: ${key} is ${JSON.stringify(given)}: not an amount of US dollars`)
    }
  }
  if (!entries.some(([key]) => key !== 'region')) throw wrong(`${where}: there is no price in it`)
  return value as PriceOverride
}

function isPrice(value: unknown): value is number {
  if (typeof value !== 'number') return false
  try {
    return parsePrice(value) >= 0n
  } catch {
    return false
  }
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined
}

function wrong(message: string) {
  return usageError(
    message,
    'it looks like "prices": { "us.amazon.nova-pro-v1:0": { "inputPerMillion": 0.7, "outputPerMillion": 2.9 } }',
  )
}

/** The overrides of a configuration file as a price book: an override for the Region before one for all. */
export function overridesBook(overrides: PriceOverrides, source: string): PriceBook {
  return {
    changes: [],
    lookup(modelId, region, _at, terms) {
      const other = notStandard(terms)
      if (other) return other
      const id = pricedId(modelId)
      const list = overrides.get(modelId) ?? (typeof id === 'string' ? overrides.get(id) : undefined) ?? []
      const found = list.find((one) => one.region === region) ?? list.find((one) => one.region === undefined)
      return found ? toPrice(found, source) : { unpriced: NO_PRICE }
    },
  }
}

function toPrice(override: PriceOverride, source: string): Price {
  const figures = TOKEN_KINDS.flatMap((kind) => {
    const usd = override[`${kind}PerMillion`]
    return usd === undefined ? [] : [[kind, parsePrice(usd)] as const]
  })
  const image = override.perImage === undefined ? {} : { perImage: parsePrice(override.perImage) }
  const perMillion: Figures = Object.fromEntries(figures)
  return { perMillion, ...image, source, asOf: null, warnings: [] }
}

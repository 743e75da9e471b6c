import { type Problem, usageError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import { TIERS, type Tier } from '../terms.ts'
import { midnightOf } from '../window.ts'

/** What somebody pays by a contract of his own: amounts of his own, a discount on those of the list, or both. */
export type PriceOverride = {
  region?: string
  /** By default amounts hold for standard calls, a discount for all. */
  tier?: Tier
  /** The first and the last day of UTC on which it holds, YYYY-MM-DD. */
  from?: string
  to?: string
  /** Percent of the list's price that come off whatever has no amount here; below 0 they come on top. */
  discountPercent?: number
  /** US dollars. */
  perImage?: number
} & Partial<Record<`${TokenKind}PerMillion`, number>>

/** By what calls are of: a model id or ARN, as callers pass it, or a pattern of these with `*` for anything. */
export type PriceOverrides = ReadonlyMap<string, readonly PriceOverride[]>

export const AMOUNTS = [...TOKEN_KINDS.map((kind) => `${kind}PerMillion` as const), 'perImage'] as const
const DISCOUNT_DIGITS = 6
/** What is beyond is a slip, and no price of a million tokens. */
const MOST_USD = 1_000_000

type Check = readonly [isRight: (value: unknown) => boolean, what: string]
const DAY: Check = [
  (value) => typeof value === 'string' && !Number.isNaN(midnightOf(value)),
  'a day such as 2026-11-23',
]
/** The form alone: which there are, AWS changes. */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/

const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['region', [(value) => typeof value === 'string' && REGION.test(value), 'the name of a Region']],
  ['tier', [(value) => TIERS.some((tier) => tier === value), `one of ${TIERS.join(', ')}`]],
  ['from', DAY],
  ['to', DAY],
  ['discountPercent', [isPercent, 'a number from -100 to 100']],
  ...AMOUNTS.map((amount): [string, Check] => [amount, [isPrice, 'an amount of US dollars']]),
])

/**
 * Checks the `prices` of a configuration file: by model id one override, or a list of them. Throws a usage error that names
 * the file (`name`), the model and what is wrong.
 */
export function parseOverrides(value: unknown, name: string): PriceOverrides {
  const [problem] = overrideProblems(value)
  if (problem) throw usageError(`${name}: ${problem.message}`, problem.hint)
  return new Map((entriesOf(value) ?? []).map(([model, given]) => [model, [given].flat() as PriceOverride[]]))
}

export function overrideProblems(value: unknown): Problem[] {
  const models = entriesOf(value)
  if (!models) return [wrong(['prices'], 'prices is not an object')]
  return models.flatMap(([model, given]) => {
    const path = ['prices', model]
    const where = `prices of ${model}`
    const list: unknown[] = [given].flat()
    if (list.length === 0) return [wrong(path, `${where}: no price is given`)]
    const found = list.flatMap((one, index) => problemsOf(one, where, Array.isArray(given) ? [...path, index] : path))
    if (found.length > 0) return found
    const overrides = list as PriceOverride[]
    const twice = overrides.findIndex((one, at) => overrides.slice(0, at).some((other) => isSameCase(one, other)))
    const again = overrides[twice]
    return again ? [wrong([...path, twice], `${where} are given twice for ${caseOf(again)}`)] : []
  })
}

function problemsOf(value: unknown, where: string, path: Problem['path']): Problem[] {
  const entries = entriesOf(value)
  if (!entries) return [wrong(path, `${where}: ${JSON.stringify(value)} is not an object`)]
  const faults = entries.flatMap(([key, given]) => {
    const [isRight, what] = CHECKS.get(key) ?? []
    if (isRight?.(given)) return []
    const fault = isRight
      ? `${key} is ${JSON.stringify(given)}: not ${what}`
      : `unknown key '${key}'; known keys are ${[...CHECKS.keys()].join(', ')}`
    return [wrong([...path, key], `${where}: ${fault}`)]
  })
  if (faults.length > 0) return faults
  const { from, to, discountPercent, ...rest } = value as PriceOverride
  if (from !== undefined && to !== undefined && from > to) {
    return [wrong([...path, 'from'], `${where}: from ${from} is after to ${to}`)]
  }
  const isEmpty = discountPercent === undefined && AMOUNTS.every((amount) => rest[amount] === undefined)
  return isEmpty ? [wrong(path, `${where}: no price is given`)] : []
}

/** Whether a call may be of both, and nothing says which comes first: one that names days comes before one that names none. */
function isSameCase(one: PriceOverride, other: PriceOverride): boolean {
  if (one.region !== other.region || one.tier !== other.tier || isDated(one) !== isDated(other)) return false
  return startOf(one) <= endOf(other) && startOf(other) <= endOf(one)
}

export function isDated({ from, to }: PriceOverride): boolean {
  return from !== undefined || to !== undefined
}

const startOf = ({ from = '' }: PriceOverride) => from
const endOf = ({ to = '9999-12-31' }: PriceOverride) => to

function caseOf({ region = 'every Region', tier, from, to }: PriceOverride): string {
  const parts = Object.entries({ tier, from, to })
  return [region, ...parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))].join(', ')
}

function isPercent(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 100 && Number(value.toFixed(DISCOUNT_DIGITS)) === value
}

function isPrice(value: unknown): value is number {
  if (typeof value !== 'number' || value > MOST_USD) return false
  try {
    return parsePrice(value) >= 0n
  } catch {
    return false
  }
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return isObject(value) ? Object.entries(value) : undefined
}

function wrong(path: Problem['path'], message: string): Problem {
  return {
    path,
    message,
    hint: 'it looks like "prices": { "anthropic.*": { "discountPercent": 10 }, "us.amazon.nova-pro-v1:0": { "inputPerMillion": 0.7, "outputPerMillion": 2.9 } }',
  }
}

import { lackText } from '../../text/floor.ts'
import { costOfTokens, floorInUse, type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'

export interface Spend {
  /** The models that are drawn, costliest first. */
  lines: readonly SpendLine[]
  /** Models in use of which no price, or not every price, is known; those used most first. */
  unpriced: readonly string[]
  /** How many more models are in use that are neither drawn nor named. */
  more: number
  /** What the spend of all models leaves out, in words; undefined: nothing. */
  floor?: string
}

/** A model's spend: tokens of some kinds, each at its price. */
export interface SpendLine {
  modelId: string
  parts: readonly { metric: string; usdPerMillion: number }[]
}

export const NO_SPEND: Spend = { lines: [], unpriced: [], more: 0 }

const MOST_NAMED = 10
/** As long as no more than this share of the spend (or, where there is no price, of the calls) is missing, a line-up stays. */
const NEGLIGIBLE = 0.05

function spendOf(models: readonly ModelInUse[], room: number): Spend {
  const lines = models
    .filter((model) => lineOf(model).parts.length > 0)
    .sort((a, b) => costOfTokens(b) - costOfTokens(a))
    .slice(0, room)
  const unpriced = models
    .filter(hasGap)
    .sort((a, b) => b.invocations - a.invocations)
    .slice(0, MOST_NAMED)
  const told = new Set([...lines, ...unpriced])
  const floor = floorInUse(models)
  return {
    lines: lines.map(lineOf),
    unpriced: unpriced.map(({ modelId }) => modelId),
    more: models.filter((model) => !told.has(model)).length,
    ...(floor && { floor: lackText(floor) }),
  }
}

/** What is shown stays while its prices hold, there is room, and at most a twentieth of the spend is missing: no change every day. */
export function settledSpend(
  models: readonly ModelInUse[] | undefined,
  standing: Spend | undefined,
  room: number,
): Spend {
  if (!models) return cut(standing ?? NO_SPEND, room)
  const fresh = spendOf(models, room)
  return standing && isStillRight(standing, models, fresh, room) ? standing : fresh
}

function isStillRight(standing: Spend, models: readonly ModelInUse[], fresh: Spend, room: number): boolean {
  if (standing.lines.length > room || !standing.floor !== !fresh.floor) return false
  const lines = new Map(standing.lines.map((line) => [line.modelId, line]))
  const total = models.reduce((sum, model) => sum + costOfTokens(model), 0)
  const calls = models.reduce((sum, { invocations }) => sum + invocations, 0)
  const isNamedRightly = (model: ModelInUse) => {
    if (standing.unpriced.includes(model.modelId)) return hasGap(model)
    return model.invocations <= NEGLIGIBLE * calls || !fresh.unpriced.includes(model.modelId)
  }
  return (
    models.every((model) => hasItsPrices(lines.get(model.modelId), model) && isNamedRightly(model)) &&
    coveredBy(standing, models) >= coveredBy(fresh, models) - NEGLIGIBLE * total
  )
}

/** US dollars of the two weeks that lines tell of. */
function coveredBy({ lines }: Spend, models: readonly ModelInUse[]): number {
  const shown = new Set(lines.flatMap(({ modelId, parts }) => parts.map(({ metric }) => `${modelId} ${metric}`)))
  const covered = models.flatMap(({ modelId, metrics, tokens, prices }) =>
    TOKEN_KINDS.map((kind) => (shown.has(`${modelId} ${metrics[kind]}`) ? tokens[kind] * (prices[kind] ?? 0) : 0)),
  )
  return covered.reduce((sum, cost) => sum + cost, 0) / 1e6
}

/** No part of a line is at another price than the model's. */
function hasItsPrices(line: SpendLine | undefined, { metrics, prices }: ModelInUse): boolean {
  return (line?.parts ?? []).every(({ metric, usdPerMillion }) =>
    TOKEN_KINDS.some((kind) => metrics[kind] === metric && prices[kind] === usdPerMillion),
  )
}

/** Whether there are tokens without a price. A model without tokens (of images) and without any price has none, either. */
function hasGap({ tokens, prices }: ModelInUse): boolean {
  return (
    TOKEN_KINDS.some((kind) => tokens[kind] > 0 && prices[kind] === null) ||
    TOKEN_KINDS.every((kind) => prices[kind] === null)
  )
}

/** Every kind that is used and has a price, and those that any model may come to use: input and output, unless they are free. */
function lineOf({ modelId, tokens, metrics, prices }: ModelInUse): SpendLine {
  const parts = TOKEN_KINDS.flatMap((kind) => {
    const usdPerMillion = prices[kind]
    if (usdPerMillion === null) return []
    const mayBeUsed = (kind === 'input' || kind === 'output') && usdPerMillion > 0
    return tokens[kind] > 0 || mayBeUsed ? [{ metric: metrics[kind], usdPerMillion }] : []
  })
  return { modelId, parts }
}

function cut({ lines, more, ...others }: Spend, room: number): Spend {
  const kept = lines.slice(0, room)
  return { ...others, lines: kept, more: more + lines.length - kept.length }
}

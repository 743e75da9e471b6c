import type { AwsContext, AwsPlace } from '../../aws/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { Grant } from '../../core/resource.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Counter, Window } from '../../report/model.ts'
import { priceToUsd } from '../../report/money.ts'
import type { PriceBook } from '../../report/prices/book.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import { type Answers, getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listMantleModels, listModels, type MantleModel } from '../../report/sources/metrics/list-models.ts'
import { COUNTER_METRICS, type Query, wholePeriodSeconds } from '../../report/sources/metrics/names.ts'
import { mantleQueries, mantleSums } from '../../report/sources/metrics/rows.ts'
import { type TierMetrics, tiersOf } from '../../report/sources/metrics/tiers.ts'
import type { PriceLoader } from '../../report/sources/prices.ts'
import type { Tier } from '../../report/terms.ts'
import { DAY_MS, lastHours } from '../../report/window.ts'
import { costOfTokens, type InUse, type ModelInUse, TOKEN_KINDS, type TokenKind, type TokenPrices } from './in-use.ts'

/** ListMetrics names what had data in the last two weeks, so further back there is nothing to find by it. */
export const IN_USE_DAYS = 14
const PLACES_AT_ONCE = 8

/** The code of the warning of a Region of which AWS did not tell all: another try may. */
const USE_INCOMPLETE = 'in-use-incomplete'

const COUNTER_OF: Record<TokenKind, Counter> = {
  input: 'inputTokens',
  output: 'outputTokens',
  cacheRead: 'cacheReadTokens',
  cacheWrite: 'cacheWriteTokens',
}

/** What finding the models behind application profiles asks of AWS, so that these can be priced; it knows no resource. */
export const PROFILE_GRANTS: readonly Grant[] = [
  { actions: ['bedrock:ListInferenceProfiles', 'bedrock:GetInferenceProfile'], resources: ['*'] },
]

export const IN_USE_GRANTS: readonly Grant[] = [
  { actions: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], resources: ['*'] },
  ...PROFILE_GRANTS,
]

interface Telling {
  prices: PriceLoader
  warn(warning: Warning): void
}

type Uncosted = Omit<ModelInUse, 'prices' | 'tierPrices'> & { tiers?: readonly TierMetrics[] }

/**
 * The models of the last two weeks, with tokens and prices: two calls where nothing was called, one more for each 70 models.
 * A Region that cannot be read is left out with a warning.
 */
export async function readInUse(
  cx: AwsContext,
  places: readonly AwsPlace[],
  prices: PriceLoader,
  window: Window = lastHours(cx.clock.now(), (IN_USE_DAYS * DAY_MS) / 3_600_000),
): Promise<InUse> {
  const now = cx.clock.now()
  const warn = (warning: Warning) => cx.emit({ type: 'warning', warning })
  const read = await sideBySide(places, PLACES_AT_ONCE, async (place) => {
    const { region } = place
    try {
      return { place, region, models: await modelsOf(place, window, { prices, warn }) }
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      const message = `which models are in use in ${region} could not be read, so alarms that depend on them are left as they are: ${error.message}`
      warn({ code: error.kind === 'partial' ? USE_INCOMPLETE : 'in-use-unread', message })
      return undefined
    }
  })
  const known = read.filter((one) => one !== undefined)
  const rows = known.flatMap(({ place, models }) =>
    models.map(({ modelId }) => ({ dimensions: { model: modelId, account: place.account, region: place.region } })),
  )
  if (rows.length === 0) return new Map(known.map(({ region }) => [region, []]))
  const { book, warnings } = await prices(rows)
  for (const warning of warnings) warn(warning)
  return new Map(known.map(({ region, models }) => [region, priced(models, region, book, new Date(now))]))
}

async function modelsOf({ cx, region }: AwsPlace, window: Window, { prices, warn }: Telling): Promise<Uncosted[]> {
  const [{ models, tiers }, mantle] = await Promise.all([listModels(cx), listMantleModels(cx)])
  if (models.length + mantle.length === 0) return []
  // AWS's list takes as long as all the rest: it is read beside that.
  prices.ahead(region)
  const queries = [...models.flatMap(queriesOf), ...mantle.flatMap(mantleQueries)]
  const answers = await getWholeData(cx, queries, window, wholePeriodSeconds(window, cx.clock.now()))
  for (const warning of answers.warnings) warn(warning)
  const own = models.map((modelId) => {
    const known = tiers.get(modelId)
    const reserved = known?.filter(({ resolved }) => resolved === 'reserved') ?? []
    const outside = reserved.map(({ asked, resolved }) => ({ asked, resolved }))
    return {
      ...usageOf(modelId, answers),
      ...(known && { tiers: known }),
      ...(outside.length > 0 && { reserved: outside }),
    }
  })
  return [...own, ...mantle.map((model) => mantleUsageOf(model, answers))]
}

function mantleUsageOf(of: MantleModel, answers: Answers): Uncosted {
  const { invocations, inputTokens, outputTokens } = mantleSums(of, answers)
  return {
    modelId: `${MANTLE_PREFIX}${of.model}`,
    invocations,
    tokens: { input: inputTokens, output: outputTokens, cacheRead: 0, cacheWrite: 0 },
    metrics: { input: 'TotalInputTokens', output: 'TotalOutputTokens', cacheRead: '', cacheWrite: '' },
    ...(of.projects && { byProject: true as const }),
  }
}

const queryOf = (model: string, metric: string): Query => ({ model, metric, stat: 'Sum' })

function queriesOf(model: string): Query[] {
  const tokens = TOKEN_KINDS.flatMap((kind) => COUNTER_METRICS[COUNTER_OF[kind]])
  return [...COUNTER_METRICS.invocations, ...tokens].map((metric) => queryOf(model, metric))
}

function usageOf(modelId: string, answers: Answers): Uncosted {
  const sum = (metric: string) =>
    Math.round(answers.points(queryOf(modelId, metric)).reduce((total, { value }) => total + value, 0))
  const kinds = TOKEN_KINDS.map((kind) => {
    const [first = '', ...others] = COUNTER_METRICS[COUNTER_OF[kind]]
    const metric = others.reduce((most, other) => (sum(other) > sum(most) ? other : most), first)
    return { kind, metric, tokens: sum(metric) }
  })
  return {
    modelId,
    invocations: sum('Invocations'),
    tokens: byKind(kinds.map(({ kind, tokens }) => [kind, tokens])),
    metrics: byKind(kinds.map(({ kind, metric }) => [kind, metric])),
  }
}

function priced(models: readonly Uncosted[], region: string, book: PriceBook, at: Date): ModelInUse[] {
  return models
    .map(({ tiers, ...model }): ModelInUse => {
      const prices = pricesOf(model.modelId, region, book, at)
      if (!tiers?.length) return { ...model, prices }
      const others = tiersOf(tiers).map((tier) => tier && pricesOf(model.modelId, region, book, at, tier))
      return { ...model, prices, tierPrices: multiplesOf(prices, others) }
    })
    .sort((a, b) => costOfTokens(b) - costOfTokens(a) || (a.modelId < b.modelId ? -1 : 1))
}

/** What tiers cost at least and at most, for each dollar at the standard price; null where some price of theirs is not known. */
function multiplesOf(
  standard: TokenPrices,
  tiers: readonly (TokenPrices | undefined)[],
): NonNullable<ModelInUse['tierPrices']> | null {
  const kinds = TOKEN_KINDS.filter((kind) => (standard[kind] ?? 0) > 0)
  const multiples = tiers.flatMap((prices) =>
    kinds.map((kind) => {
      const price = prices?.[kind]
      return price === null || price === undefined ? Number.NaN : price / (standard[kind] ?? 1)
    }),
  )
  if (kinds.length === 0 || multiples.some(Number.isNaN)) return null
  return { least: Math.min(1, ...multiples), most: Math.max(1, ...multiples) }
}

function pricesOf(modelId: string, region: string, book: PriceBook, at: Date, tier: Tier = 'standard'): TokenPrices {
  const found = book.lookup(modelId, region, at, { tier, promptOver: 0 })
  const figures = 'unpriced' in found ? {} : found.perMillion
  return byKind(
    TOKEN_KINDS.map((kind) => {
      const figure = figures[kind]
      return [kind, figure === undefined ? null : priceToUsd(figure)]
    }),
  )
}

function byKind<Value>(entries: readonly (readonly [TokenKind, Value])[]): Record<TokenKind, Value> {
  return Object.fromEntries(entries) as Record<TokenKind, Value>
}

/** The error of a command whose work went by the models in use, where AWS did not tell all of them; it is to be run again. */
export function incompleteUse(warnings: readonly Warning[], command: string): AppError | undefined {
  const found = warnings.find(({ code }) => code === USE_INCOMPLETE)
  const hint = `run bedrock-monitor ${command} again`
  return found && new AppError('partial', 'MetricsIncomplete', found.message, { hint })
}

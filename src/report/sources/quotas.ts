import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas'
import type { AwsContext, AwsPlace } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { isLinked } from '../../aws/link.ts'
import { pagesOf } from '../../aws/pages.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { accountsOf, type PlaceId, placeKey, placeName } from '../../core/place.ts'
import { count } from '../../text/numbers.ts'
import type { Dimensions, Row, Window } from '../model.ts'
import { isApplicationProfile, profileIdOf, type RoutedModel, routedProfile } from '../prices/model-id.ts'
import {
  MEASURES,
  METRIC_OF,
  type Measure,
  type ModelQuotas,
  poolName,
  type Quota,
  quotaBook,
  routedModel,
} from '../quotas/match.ts'
import type { QuotaLine, QuotaPeak } from '../view.ts'
import { DAY_MS, MINUTE_MS } from '../window.ts'
import { askedThemselves } from './linked.ts'
import { getData } from './metrics/get-data.ts'
import type { Query } from './metrics/names.ts'
import { resolveProfiles } from './profiles.ts'

/** CloudWatch keeps minutes for 15 days; half an hour of it is left to clocks that differ and to the call itself. */
const MINUTES_KEPT_MS = 15 * DAY_MS - 30 * MINUTE_MS

async function listQuotas(cx: AwsContext): Promise<Quota[]> {
  const quotas: Quota[] = []
  const ask = (NextToken: string | undefined) =>
    cx.aws.quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'bedrock', MaxResults: 100, NextToken }))
  for await (const { Quotas = [] } of pagesOf('servicequotas:ListServiceQuotas', ask, (page) => page.NextToken)) {
    for (const { QuotaCode: code, QuotaName: name, Value: value } of Quotas) {
      if (code !== undefined && name !== undefined && value !== undefined) quotas.push({ code, name, value })
    }
  }
  return quotas
}

/**
 * Models that share quotas, by a name that is the same from one run to the next, whichever ids are in use: `cross-region.amazon.nova-pro-v1:0`.
 * @param modelIds as CloudWatch has them, the one with most calls first
 */
export async function quotaPools(cx: AwsContext, region: string, modelIds: readonly string[]) {
  if (modelIds.length === 0) return { pools: [], warnings: [] }
  const [quotas, { arns, warnings }] = await Promise.all([listQuotas(cx), resolveProfiles(cx, region, modelIds)])
  const find = quotaBook(quotas)
  const routed = (modelId: string): RoutedModel | undefined =>
    isApplicationProfile(modelId) ? routedProfile(arns.get(profileIdOf(modelId)) ?? []) : routedModel(modelId)
  const pools = new Map<string, { modelIds: [string, ...string[]]; quotas: ModelQuotas }>()
  for (const modelId of modelIds) {
    const model = routed(modelId)
    const name = model ? poolName(model) : modelId
    const known = pools.get(name)
    if (known) known.modelIds.push(modelId)
    else pools.set(name, { modelIds: [modelId], quotas: model ? find(model) : {} })
  }
  return { pools: [...pools].map(([name, pool]) => ({ region, name, ...pool })), warnings }
}

/** In the minutes that CloudWatch still keeps; failures are warnings. @param unasked not of the report */
export async function readHeadroom(
  places: readonly AwsPlace[],
  rows: Iterable<Row>,
  asked: Window,
  unasked: readonly Dimensions[] = [],
): Promise<{ quotas: QuotaLine[]; warnings: Warning[]; incomplete: boolean }> {
  const called = mostCalledFirst(rows)
  const reserved = new Set<string>()
  for (const { dimensions, terms } of rows) if (terms?.tier === 'reserved') reserved.add(dimensions.model)
  const linked = accountsOf(places.filter((place) => isLinked(place) && called(place).length > 0))
  const read = await Promise.all(
    askedThemselves(places).map((place) => {
      const others = unasked.filter((one) => placeKey(one) === placeKey(place)).map(({ model }) => model)
      return orElse(readPlace(place, called(place), others, reserved, asked), ({ message, hint }) => {
        return { quotas: [], warnings: [unreadable(placeName(place, places), message, hint)], incomplete: false }
      })
    }),
  )
  const message = `the quotas of ${count(linked.length, 'linked account')} could not be read: a link shares metrics, not quotas; pass --accounts to read them with a role`
  return {
    quotas: read.flatMap(({ quotas }) => quotas).sort(byUse),
    warnings: [
      ...read.flatMap(({ warnings }) => warnings),
      ...(linked.length > 0 ? [{ code: 'quotas-unreadable', message } as const] : []),
    ],
    incomplete: read.some(({ incomplete }) => incomplete),
  }
}

/** @param others may draw on the same quotas @param reserved models that were also called in the reserved tier */
async function readPlace(
  { cx, region }: AwsPlace,
  modelIds: readonly string[],
  others: readonly string[],
  reserved: ReadonlySet<string>,
  asked: Window,
) {
  const { pools: all, warnings } = await quotaPools(cx, region, [...modelIds, ...others])
  const pools = all.filter((pool) => pool.modelIds.some((id) => modelIds.includes(id)))
  const earliest = Math.ceil((cx.clock.now() - MINUTES_KEPT_MS) / MINUTE_MS) * MINUTE_MS
  const window = { start: Math.max(earliest, Math.floor(asked.start / MINUTE_MS) * MINUTE_MS), end: asked.end }
  const queries = pools.flatMap((pool) =>
    MEASURES.filter((measure) => pool.quotas[measure]).flatMap((measure) =>
      pool.modelIds.flatMap((modelId) => queriesOf(modelId, measure, reserved)),
    ),
  )
  const refused = (error: unknown) => {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
    return unreadable(region, error.message, error.hint)
  }
  const readable = queries.length > 0 && window.start < window.end
  const answers = readable ? await getData(cx, queries, window, MINUTE_MS / 1000, refused) : undefined
  const used = (modelId: string, measure: Measure): Minutes | null => {
    const asked = queriesOf(modelId, measure, reserved)
    if (!answers || asked.some(answers.isMissing)) return answers ? null : []
    return asked.flatMap((query) =>
      answers.points(query).map(({ time, value }) => ({ time, value: query.tier ? -value : value })),
    )
  }
  const quotas = pools.map((pool): QuotaLine => {
    const [model, ...sharedWith] = pool.modelIds
    const of = (measure: Measure) => {
      const quota = pool.quotas[measure]
      const series = pool.modelIds.map((modelId) => used(modelId, measure))
      return quota ? peakOf(quota.value, series) : null
    }
    const peaks = { tokensPerMinute: of('tokensPerMinute'), requestsPerMinute: of('requestsPerMinute') }
    return { region, model, ...(sharedWith.length > 0 && { sharedWith }), ...peaks }
  })
  const message = 'quota usage covers only the last 15 days of the window: CloudWatch keeps one-minute data no longer'
  const isCut = queries.length > 0 && window.start > asked.start
  return {
    quotas,
    warnings: [
      ...warnings,
      ...(isCut ? [{ code: 'quotas-lately', message } as const] : []),
      ...(answers?.warnings ?? []),
    ],
    incomplete: answers?.incomplete ?? false,
  }
}

/** All calls of a model, and those in the reserved tier, which has a quota of its own: these are taken out. */
function queriesOf(model: string, measure: Measure, reserved: ReadonlySet<string>): Query[] {
  const all = { model, metric: METRIC_OF[measure], stat: 'Sum' }
  return reserved.has(model) ? [all, { ...all, tier: { asked: 'reserved', resolved: 'reserved' } }] : [all]
}

/** The models called in a place. The OpenAI-compatible endpoint has quotas of its own, which no metric is told against. */
function mostCalledFirst(rows: Iterable<Row>): (place: PlaceId) => string[] {
  const places = new Map<string, Map<string, number>>()
  for (const { dimensions, counters } of rows) {
    const { model } = dimensions
    const key = placeKey(dimensions)
    if (model.startsWith('bedrock-mantle/')) continue
    const calls = places.get(key) ?? new Map<string, number>()
    places.set(key, calls.set(model, (calls.get(model) ?? 0) + counters.invocations))
  }
  const inOrder = (calls: Iterable<[string, number]> = []) =>
    [...calls].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1))
  return (place) => inOrder(places.get(placeKey(place))).map(([model]) => model)
}

function unreadable(place: string, why: string, hint?: string): Warning {
  const message = `the quotas in ${place} could not be read: ${why}${hint === undefined ? '' : `; ${hint}`}`
  return { code: 'quotas-unreadable', message }
}

/** What was used in the minutes of a window: the minute's start (ms since the epoch) and a number of tokens or requests. */
type Minutes = readonly { time: number; value: number }[]

/** What shares a quota is added up minute by minute before the largest is sought. Null without any minute, and where some are not known. */
function peakOf(quota: number, series: readonly (Minutes | null)[]): QuotaPeak | null {
  const known = series.filter((one) => one !== null)
  if (known.length < series.length) return null
  const minutes = new Map<number, number>()
  for (const { time, value } of known.flat()) minutes.set(time, (minutes.get(time) ?? 0) + value)
  let most: { time: number; value: number } | undefined
  for (const [time, value] of minutes) if (most === undefined || value > most.value) most = { time, value }
  if (!most) return null
  const usedPercent = quota > 0 ? Math.round((most.value / quota) * 10_000) / 100 : null
  return { peak: most.value, quota, usedPercent, at: new Date(most.time).toISOString().replace('.000Z', 'Z') }
}

function byUse(a: QuotaLine, b: QuotaLine): number {
  const most = ({ tokensPerMinute, requestsPerMinute }: QuotaLine) =>
    Math.max(tokensPerMinute?.usedPercent ?? -1, requestsPerMinute?.usedPercent ?? -1)
  return most(b) - most(a) || (a.model < b.model ? -1 : 1)
}

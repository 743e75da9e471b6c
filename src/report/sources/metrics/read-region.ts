import type { AwsContext, AwsPlace } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import { boundsOf, runsOf, type TimeRun, within } from '../../calendar.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { GroupPercentiles, Percentiles, Reading, Row } from '../../model.ts'
import { MANTLE_PREFIX } from '../../prices/model-id.ts'
import { type Tally, tally } from '../../tally.ts'
import { whereFitter } from '../../where.ts'
import { HOUR_MS, rowUnit, slotStarts } from '../../window.ts'
import { NO_PERCENTILES } from '../percentiles.ts'
import type { Question } from '../source.ts'
import { featureLines, featureQueries, listFeatures } from './features.ts'
import { type Answers, getData } from './get-data.ts'
import { listMantleModels, listModels } from './list-models.ts'
import {
  ageWarnings,
  granularityMs,
  isBeyond,
  type Query,
  readableWindow,
  TIMING_METRICS,
  TIMING_NAMES,
  type TimingName,
} from './names.ts'
import { readPercentiles, readSlotPercentiles, type WindowPercentiles } from './percentiles.ts'
import {
  dimensionsOf,
  eachRow,
  type ModelSlots,
  mantleQueries,
  mantleRows,
  mantleWarnings,
  modelQueries,
  modelUse,
  slotsOf,
  tierTrouble,
} from './rows.ts'
import { joined, NO_POINTS, plus } from './series.ts'
import { tierQueries } from './tiers.ts'

/** One listing finds the models, another those of the OpenAI-compatible endpoint; then sums and percentiles come. */
export async function readMetrics(place: AwsPlace, question: Question, now = place.cx.clock.now()): Promise<Reading> {
  const { cx, region } = place
  const requests = requestsOf(question, now)
  const { window, starts } = requests
  cx.emit({ type: 'phase', title: `finding the models used in ${region}` })
  const names = ['model', 'profile'].filter((name) => question.where?.[name])
  const [{ models: listed, tiers }, mantleListed, features] = await Promise.all([
    listModels(cx),
    listMantleModels(cx),
    question.features ? listFeatures(cx) : [],
  ])
  cx.emit({ type: 'phase-done' })
  const fits = whereFitter(question.where, names)
  const models = listed.filter((model) => fits(dimensionsOf(model, place)))
  const mantleModels = mantleListed.filter(({ model }) => fits(dimensionsOf(`${MANTLE_PREFIX}${model}`, place)))
  // The account's metrics are of all models.
  const isWhole = names.length === 0
  const count = models.length + mantleModels.length
  if (count === 0 && features.length === 0)
    return { window, rows: [], percentiles: [], warnings: [noUse(region), ...ageWarnings(window, now)] }

  cx.emit({ type: 'phase', title: `reading the metrics of ${count} ${count === 1 ? 'model' : 'models'}` })
  const [timed, withAccount] = question.withoutPercentiles ? [[], false] : [models, isWhole]
  const [sums, speeds] = await Promise.all([
    getRuns(
      cx,
      [
        ...(isWhole ? ACCOUNT_QUERIES : []),
        ...models.flatMap((model) => [...modelQueries(model), ...tierQueries(model, tiers.get(model))]),
        ...mantleModels.flatMap(mantleQueries),
        ...featureQueries(features),
      ],
      requests.runs,
    ),
    readPercentiles(cx, timed, window, withAccount),
  ])
  const uses = models.flatMap((model): ModelUse[] => {
    const slots = slotsOf(model, sums, starts, tiers.get(model))
    const use = modelUse(slots)
    return use ? [{ model, slots, ...use }] : []
  })
  const mantle = mantleModels.flatMap((model) => mantleRows(model, place, sums, starts))
  const slots = await readSlotPercentiles(cx, timed, { ...question, window }, sums, withAccount)
  cx.emit({ type: 'phase-done' })

  const unlisted = isWhole ? unlistedCalls(sums, uses) : 0
  const total = totalPercentiles(speeds, sums, uses)
  return {
    window,
    rows: rowsOf(uses, mantle, place, starts),
    used: [...uses.map(({ model }) => dimensionsOf(model, place)), ...mantle.map(({ dimensions }) => dimensions)],
    ...(!isWhole && {
      unasked: listed.filter((model) => !models.includes(model)).map((model) => dimensionsOf(model, place)),
    }),
    incomplete: sums.incomplete || speeds.incomplete || slots.incomplete,
    ...(features.length > 0 && { besides: featureLines(features, place, sums) }),
    percentiles: [total.percentiles, ...speeds.models, ...slots.percentiles],
    ...(unlisted > 0 && { unread: 'models' }),
    ...(isBeyond(window, now) && { unread: 'anything' }),
    warnings: [
      ...(uses.length + mantle.length === 0 && !sums.incomplete ? [noUse(region)] : []),
      ...ageWarnings(window, now),
      ...(uses.length + mantle.length > 0 && requests.isRounded ? [rounded(question.timeZone)] : []),
      ...unlistedWarnings(unlisted),
      ...mantleWarnings(region, mantle),
      ...uses.flatMap(({ model, slots }) => tierTrouble(model, slots)),
      ...sums.warnings,
      ...speeds.warnings,
      ...slots.warnings,
      ...(isWhole && !speeds.warnings.some(({ code }) => code === 'percentiles-unavailable') ? total.warnings : []),
    ],
  }
}

function noUse(region: string): Warning {
  const message = `CloudWatch has no Bedrock metrics in ${region} for this window: there were no calls, they went to another Region, or they are less than 15 minutes old`
  return { code: 'no-usage', message }
}

/** The account's totals. No sentence of AWS's promises them: they check the models' sum and never stand for it. */
const ACCOUNT_QUERIES: readonly Query[] = [
  { model: undefined, metric: 'Invocations', stat: 'Sum' },
  ...TIMING_NAMES.map((name) => ({ model: undefined, metric: TIMING_METRICS[name], stat: 'SampleCount' })),
]

function unlistedCalls(answers: Answers, uses: readonly ModelUse[]): number {
  const account = accountSum(answers, 'Invocations', 'Sum')
  const { counters, unknown } = tally(uses)
  return unknown?.has('invocations') || !account ? 0 : account - counters.invocations
}

function unlistedWarnings(calls: number): Warning[] {
  if (calls === 0) return []
  const message =
    calls > 0
      ? `CloudWatch counts ${calls} more invocations for the account than for the models that it lists: models first called in the last 15 minutes, or not called for two weeks, are missing`
      : `CloudWatch counts ${-calls} fewer invocations for the account than for its models together; the report uses the models`
  return [{ code: 'totals-disagree', message }]
}

/** Those of the only model, or of the account's metrics where these are of exactly the models' calls. */
function totalPercentiles(
  { models, account }: Pick<WindowPercentiles, 'models' | 'account'>,
  answers: Answers,
  uses: readonly ModelUse[],
): { percentiles: GroupPercentiles; warnings: Warning[] } {
  const warnings: Warning[] = []
  const total = tally(uses)
  const of = (name: TimingName): Percentiles => {
    const metric = TIMING_METRICS[name]
    const own = accountSum(answers, metric, 'SampleCount')
    if (total.unknown?.has(name) || Number.isNaN(own)) return NO_PERCENTILES
    const { samples } = total[name]
    if (own > 0 && own === samples) return account[name]
    const [only, ...others] = uses.filter((use) => use[name].samples > 0)
    if (only && others.length === 0 && own === 0)
      return models.find((group) => group.key.model === only.model)?.[name] ?? NO_PERCENTILES
    const message = `no percentiles of ${metric} for all models together: the account's metric has ${own} samples, the models' have ${samples}`
    if (only) warnings.push({ code: 'total-percentiles-unavailable', message })
    return NO_PERCENTILES
  }
  return { percentiles: { key: {}, latency: of('latency'), timeToFirstToken: of('timeToFirstToken') }, warnings }
}

/** NaN where CloudWatch did not tell it. */
function accountSum(answers: Answers, metric: string, stat: string): number {
  const query = { model: undefined, metric, stat }
  return answers.isMissing(query) ? Number.NaN : answers.series(query).values.reduce(plus, 0)
}

type ModelUse = Tally & { model: string; slots: ModelSlots }

/** Made as they are asked for, and by a function of its own: in the other one, what is made there would keep the answers. */
function rowsOf(
  uses: readonly ModelUse[],
  mantle: readonly Row[],
  place: AwsPlace,
  starts: readonly number[],
): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const { model, slots } of uses) yield* eachRow(model, place, slots, starts)
      yield* mantle
    },
  }
}

/** Hours from the window's start, or of the zone's clocks; past seven days its days. A change of price parts a slot. */
function requestsOf({ window: asked, by, timeZone = 'UTC', changes = [] }: Question, now: number) {
  const window = readableWindow(asked, now)
  const unit = rowUnit(asked, by)
  const cut = (bounds: readonly number[]) =>
    [...new Set([...bounds, ...changes.filter((day) => day > window.start && day < window.end)])].sort((a, b) => a - b)
  if (unit === 'hour' && !by.some(isTimeGrouping)) {
    const starts = cut(slotStarts(window, HOUR_MS))
    return { window, starts, runs: runsOf([...starts, window.end]), isRounded: false }
  }
  const step = granularityMs(window.start, now)
  const whole = boundsOf(asked, unit, timeZone)
  const isRounded = whole.some((bound) => bound % step !== 0)
  const bounds = cut(whole)
  const kept = bounds.map((bound) => Math.ceil(bound / step) * step).filter((bound) => bound < window.end)
  const isByTheHour = isRounded && unit === 'hour'
  return {
    window,
    starts: within(bounds, asked).slice(0, -1),
    runs: isByTheHour ? [{ window, slotMs: HOUR_MS }] : runsOf(within([...new Set(kept), window.end], window)),
    isRounded,
  }
}

async function getRuns(cx: AwsContext, queries: readonly Query[], runs: readonly TimeRun[]): Promise<Answers> {
  const all = await Promise.all(runs.map(({ window, slotMs }) => getData(cx, queries, window, slotMs / 1000)))
  const [only, ...others] = all
  if (only && others.length === 0) return only
  return {
    points: (query) => all.flatMap((answers) => answers.points(query)),
    series: (query) => all.reduce((whole, answers) => joined(whole, answers.series(query), NO_POINTS), NO_POINTS),
    isMissing: (query) => all.some((answers) => answers.isMissing(query)),
    incomplete: all.some(({ incomplete }) => incomplete),
    warnings: all.flatMap(({ warnings }) => warnings),
  }
}

function rounded(zone = 'UTC'): Warning {
  const message = `the source has full UTC hours; each counts in the hour of ${zone} in which it begins`
  return { code: 'hours-rounded', message }
}

import type { AwsContext } from '../../aws/context.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Window } from '../../report/model.ts'
import { type Answers, getWholeData, type Point } from '../../report/sources/metrics/get-data.ts'
import type { Query } from '../../report/sources/metrics/names.ts'
import { DAY_MS, HOUR_MS } from '../../report/window.ts'
import { type InUse, isMantle, type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'
import { IN_USE_DAYS } from '../use/read-in-use.ts'
import { isMath } from './alarm-definition.ts'
import { SUGGESTABLE, type Suggestable, type UsePoint, type UseSeries } from './suggest.ts'

const REGIONS_AT_ONCE = 4

/** The metrics without dimensions, which the alarms watch. */
const total = (metric: string, stat: string): Query => ({ model: undefined, metric, stat })
const CALLS = total('Invocations', 'Sum')
const CLIENT_ERRORS = total('InvocationClientErrors', 'Sum')

/** The single metric that an alarm watches. */
function queryOf(about: Suggestable): Query | undefined {
  const watched = about.watched?.(0)
  return watched && !isMath(watched) ? total(watched.metric, watched.statistic) : undefined
}

/**
 * What the alarms would have seen in the last two weeks, up to the hour under way, in each Region with models in use. At
 * most three calls a Region and 500 metrics.
 */
export async function readUseSeries(cx: AwsContext, inUse: InUse): Promise<UseSeries[]> {
  const end = Math.floor(cx.clock.now() / HOUR_MS) * HOUR_MS
  const window = { start: end - IN_USE_DAYS * DAY_MS, end }
  const own = [...inUse].map(([region, models]) => [region, models.filter((model) => !isMantle(model))] as const)
  const regions = own.filter(([, models]) => models.length > 0)
  const series = await sideBySide(regions, REGIONS_AT_ONCE, ([region, models]) =>
    readRegion(cx.in(region), region, models, window),
  )
  return series.flat()
}

async function readRegion(
  cx: AwsContext,
  region: string,
  models: readonly ModelInUse[],
  window: Window,
): Promise<UseSeries[]> {
  const periods = [...new Set(SUGGESTABLE.map(({ periodSeconds }) => periodSeconds))]
  const read = await Promise.all(
    periods.map(async (period) => {
      const abouts = SUGGESTABLE.filter(({ periodSeconds }) => periodSeconds === period)
      const watched = abouts.flatMap((about) => queryOf(about) ?? models.flatMap(tokenQueries))
      const answers = await getWholeData(cx, distinct([...watched, CALLS, CLIENT_ERRORS]), window, period)
      for (const warning of answers.warnings) cx.emit({ type: 'warning', warning })
      return abouts.map((about) => seriesOf(about, region, answers, models))
    }),
  )
  return read.flat()
}

function seriesOf(about: Suggestable, region: string, answers: Answers, models: readonly ModelInUse[]): UseSeries {
  const query = queryOf(about)
  const points = query ? answers.points(query) : spending(answers, models)
  const calls = [...answers.points(CALLS), ...answers.points(CLIENT_ERRORS)]
  const isCount = query === undefined || query.stat === 'Sum'
  return {
    region,
    setting: about.threshold.key,
    // A count that has no point in a period with calls was nothing; a latency that has none is not known.
    points: inOrder(isCount ? [...calls.map(({ time }) => ({ time, value: 0 })), ...points] : points),
    calls: calls.reduce((sum, { value }) => sum + value, 0),
  }
}

/** Those of the alarm on Bedrock's own endpoint. */
const tokenQueries = ({ modelId, metrics }: ModelInUse): Query[] =>
  TOKEN_KINDS.map((kind) => ({ model: modelId, metric: metrics[kind], stat: 'Sum' }))

/** US dollars, exact for every model with a price. */
function spending(answers: Answers, models: readonly ModelInUse[]): Point[] {
  return models.flatMap((model) =>
    tokenQueries(model).flatMap((query, index) => {
      const kind = TOKEN_KINDS[index]
      const price = kind === undefined ? null : model.prices[kind]
      if (price === null) return []
      return answers.points(query).map(({ time, value }) => ({ time, value: (value * price) / 1e6 }))
    }),
  )
}

/** One point for each time, values of the same time added. */
function inOrder(points: readonly UsePoint[]): UsePoint[] {
  const sums = new Map<number, number>()
  for (const { time, value } of points) sums.set(time, (sums.get(time) ?? 0) + value)
  return [...sums].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value }))
}

function distinct(queries: readonly Query[]): Query[] {
  return [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()]
}

import { plain } from '../../../text/escape.ts'
import { modelLabels, withoutArn } from '../../../text/models.ts'
import { middleCut } from '../../../text/wrap.ts'
import { CHARGE_KINDS, type ChargeKind } from '../../charges.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { COUNTERS, type Group, type Usage } from '../../model.ts'
import type { ReportView } from '../../view.ts'
import { DAY_MS, HOUR_MS } from '../../window.ts'
import { clockText, isByDay, keyText, withoutCost } from '../labels.ts'
import type { Bar, Frame, Measure, PageData, PageGroup, Percents } from './page-data.ts'

/** The most bars that can be told apart; more slots are added up. */
const MOST_BARS = 96
/** With many groups there are fewer bars, so that what the page carries for them stays small: so many values at most, as far as that goes. */
const MOST_VALUES = 150_000
const LEAST_BARS = 12
const MOST_TICKS = 6
/** Of a name in a chart, whose line also has its value. */
const LABEL_WIDTH = 40

const MEASURES: readonly Measure[] = ['costUsd', ...COUNTERS.filter((counter) => counter !== 'images')]

/** What a page's script narrows and draws. */
export function pageData(view: ReportView): PageData {
  const { report, trends } = view
  const own = view.by.filter((name) => !isTimeGrouping(name))
  const text = namesOf(view)
  const measures = MEASURES.filter((measure) => (report.total[measure] ?? 1) > 0)
  const size = slotsPerBar(view)
  const kinds = costKinds(report.groups)
  const [stacks, names, groups]: [Map<string, number>, Map<string, ReturnType<typeof collected>>, PageGroup[]] = [
    new Map(),
    new Map(),
    [],
  ]
  for (const [index, group] of report.groups.entries()) {
    const key = JSON.stringify(own.map((name) => group.key[name]))
    const name = names.get(key) ?? collected(view, group, text, own, names.size, stacks)
    names.set(key, name)
    for (const { place, counters, costUsd } of trends.uses[index] ?? []) {
      const bar = Math.floor(place / size)
      const sums = name.bars.get(bar) ?? measures.map(() => 0)
      name.bars.set(bar, sums)
      for (const [at, measure] of measures.entries()) {
        sums[at] = (sums[at] ?? 0) + (measure === 'costUsd' ? (costUsd ?? 0) : counters[measure])
      }
    }
    groups.push(pageGroup(view, group, name.place, kinds))
  }
  return {
    stacks: [...stacks.keys()],
    isByModel: own[0] === 'model',
    names: [...names.values()].map(({ name, bars }) => ({
      ...name,
      course: [...bars].flatMap(([bar, sums]) => [bar, ...sums.map((sum) => Math.round(sum * 1e9) / 1e9)]),
    })),
    groups,
    bars: barsOf(view, size),
    measures,
    charts: frames(view, own),
    latency: percents(report.total) ?? [null, null, null],
    costUsd: report.total.costUsd,
  }
}

function collected(
  view: ReportView,
  group: Group,
  text: Names,
  own: readonly string[],
  place: number,
  stacks: Map<string, number>,
) {
  const label = own.map((name) => text.label(group, name)).join(' · ') || 'all'
  const ids = own.map((name) => keyText(view, group, name)).join(' · ') || 'all'
  const first = own[0] === undefined ? 'all' : text.label(group, own[0])
  const stack = stacks.get(first) ?? stacks.size
  stacks.set(first, stack)
  const cut = middleCut(label, LABEL_WIDTH)
  return { place, name: { label: cut, ...(ids !== cut && { ids }), stack }, bars: new Map<number, number[]>() }
}

function pageGroup(view: ReportView, group: Group, name: number, kinds: readonly ChargeKind[]): PageGroup {
  const time = view.by.filter(isTimeGrouping).map((unit) => keyText(view, group, unit))
  return {
    name,
    ...(time.length > 0 && { time: time.join(' · ') }),
    calls: group.invocations,
    latency: percents(group),
    costs: [group.costUsd, ...kinds.map((kind) => group.costs?.[kind.name] ?? null)],
    ...(group.costIsFloor && { isFloor: true }),
  }
}

/** What any of these was billed for: the page has a column for each. */
export function costKinds(usages: readonly Pick<Usage, 'costs'>[]): readonly ChargeKind[] {
  return CHARGE_KINDS.filter(({ name }) => usages.some(({ costs }) => (costs?.[name] ?? 0) !== 0))
}

function percents({ latencyMs: { p50, p90, p99 } }: Usage): Percents | null {
  return p50 === null && p90 === null && p99 === null ? null : [p50, p90, p99]
}

function slotsPerBar({ report, trends }: ReportView): number {
  const values = trends.uses.reduce((sum, uses) => sum + uses.length, 0)
  const bars = Math.max(
    LEAST_BARS,
    Math.min(MOST_BARS, Math.floor((MOST_VALUES / Math.max(1, values)) * report.series.length)),
  )
  return Math.max(1, Math.ceil(report.series.length / bars))
}

function barsOf(view: ReportView, size: number): Bar[] {
  const { report, timeZone } = view
  const bounds = [...report.series.map(({ start }) => start), report.window.end]
  const isDays = isByDay(report)
  const starts = bounds.slice(0, -1).filter((_, slot) => slot % size === 0)
  const clocks = starts.map((start) => clockText(start, timeZone))
  const span = Date.parse(report.window.end) - Date.parse(report.window.start)
  const isHours = !isDays && span <= 2 * DAY_MS
  const ticked = new Set(tickPlaces(clocks, isHours, !isDays))
  return clocks.map((clock, bar) => {
    const end = bounds[Math.min((bar + 1) * size, bounds.length - 1)] ?? report.window.end
    // "2026-11-22 10:00 to 11:00", "2026-11-22", "2026-11-22 to 2026-11-25"
    const last = isDays ? new Date(Date.parse(end) - HOUR_MS / 60).toISOString() : end
    const [[day, hour], [lastDay, lastHour]] = [clock.split(' '), clockText(last, timeZone).split(' ')]
    const [from, to] = isDays ? [day, lastDay] : [clock, day === lastDay ? lastHour : `${lastDay} ${lastHour}`]
    const [year, month, date] = clock.split(/[- ]/)
    const name = MONTHS[Number(month) - 1]
    const tick = isHours ? hour : span <= 366 * DAY_MS ? `${Number(date)} ${name}` : `${name} ${year}`
    return {
      name: from === to ? `${from}` : `${from} to ${to}`,
      ...(ticked.has(bar) && tick && { tick }),
    }
  })
}

/** Under which bars something stands: full hours that divide the day evenly, or the beginnings of days; no more than there is room for. */
function tickPlaces(clocks: readonly string[], isHours: boolean, isWithinDays: boolean): number[] {
  const all = [...clocks.keys()]
  const hourOf = (bar: number) => Number(clocks[bar]?.slice(11, 13))
  if (isHours) {
    const fitting = [1, 2, 3, 4, 6, 12, 24].map((step) => all.filter((bar) => hourOf(bar) % step === 0))
    return fitting.find((places) => places.length <= MOST_TICKS) ?? []
  }
  const midnights = isWithinDays ? all.filter((bar) => hourOf(bar) === 0) : []
  const places = midnights.length > 0 ? midnights : all
  const step = Math.ceil(places.length / MOST_TICKS)
  return places.filter((_, index) => index % step === 0)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Nothing to draw is not the same as nothing there. */
const INCOMPLETE = 'Incomplete: CloudWatch did not return all of it.'

function frames({ report: { total, bill } }: ReportView, own: readonly string[]): Frame[] {
  const ofCalls = (frame: Frame): Frame => (bill ? { ...frame, isUntold: true } : frame)
  const known = (title: string, without: string, ...of: readonly (number | null)[]): Frame =>
    of.includes(null) ? { title, without: INCOMPLETE, isIncomplete: true } : { title, without }
  const cost = (title: string): Frame => {
    const isUntold = total.costUsd === null && withoutCost(total) === 'incomplete'
    return { title: costTitle(title, total), without: isUntold ? INCOMPLETE : 'Nothing here has a cost.' }
  }
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = total
  return [
    cost('Cost over time'),
    ofCalls(known('Calls over time', 'Nothing was called.', total.invocations)),
    known('Tokens over time', 'No tokens were used.', inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens),
    cost(
      own.length > 0
        ? `Cost by ${plain(own.map((name) => name.replace(/^(metadata|tag|principal-tag):/, '')).join(' and '))}`
        : 'Cost',
    ),
    ofCalls({ title: 'Latency', without: 'This source has no percentiles of latency.' }),
    ofCalls(
      known(
        'Errors and throttles over time',
        'No errors and no throttles.',
        total.clientErrors,
        total.serverErrors,
        total.throttles,
      ),
    ),
  ]
}

/** What is drawn of a floor is a floor. */
function costTitle(title: string, { costIsFloor, costUsd }: Usage): string {
  return costIsFloor && costUsd !== null ? `${title} (at least)` : title
}

/** Wide enough for a model's name without what only tells versions apart. */
const MODEL_WIDTH = 40

export type Names = ReturnType<typeof namesOf>

/** How groups are called on the page: short, of models no more than tells them apart; of ARNs, what they end in. */
export function namesOf(view: ReportView) {
  const { groups, prices, unpriced, quotas = [] } = view.report
  const ids = [
    ...groups.flatMap(({ key }) => key.model ?? []),
    ...[...prices, ...unpriced, ...quotas].map(({ model }) => model),
  ].map((id) => plain(id))
  const distinct = [...new Set(ids)]
  const labels = modelLabels(distinct, MODEL_WIDTH, '…')
  const short = new Map(distinct.map((id, index) => [id, labels[index] ?? id]))
  /** Of one that no group has, the id. */
  const model = (id: string) => short.get(id) ?? id
  return {
    model,
    label: (group: Group, name: string) => {
      const text = keyText(view, group, name)
      return name === 'model' ? model(text) : withoutArn(text)
    },
  }
}

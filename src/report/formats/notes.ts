import { plain } from '../../text/escape.ts'
import { shortNames } from '../../text/models.ts'
import { count, largest, usd, whole } from '../../text/numbers.ts'
import { sparkline } from '../../text/sparkline.ts'
import type { Tone } from '../../text/table.ts'
import { doubtWarning } from '../doubts.ts'
import type { DoubtLine } from '../report-lines.ts'
import type { Report, ReportView } from '../view.ts'
import { anomalyTexts } from './anomalies.ts'
import { compareTexts } from './asked.ts'
import { billTexts } from './bill.ts'
import { featureNotes } from './features.ts'
import { unusedTexts } from './headline.ts'
import { basisText, callsTexts, priceSourcesTexts, projectedCost, projectionTitle, unpricedText } from './labels.ts'
import { quotaTexts } from './quotas.ts'
import { teamNotes } from './teams.ts'
import { clockText, isByDay, slotName } from './times.ts'

/** A line that stands under a table. */
export interface Note {
  label: string
  text: string
  /** Left out where it is only good to know. */
  tone?: Tone
}

/** Stands behind what is told in full only with that flag. */
const MORE = '(--verbose)'
const MOST_NAMES = 3
const MOST_REASONS = 4

/**
 * All that has to be said of a report: how it went, how near the quotas are, what has no price and what is doubtful, and where
 * the prices come from. One line a kind.
 *
 * @param verbose one line each instead, with exact ids, and where it leads
 */
export function notesOf(view: ReportView, verbose: boolean): Note[] {
  const { report, timeZone } = view
  const { quotas = [] } = report
  const isUsed = unusedTexts(view) === undefined
  const name = namesOf(view, verbose)
  return [
    ...billTexts(report),
    ...compareTexts(view),
    ...(isUsed ? teamNotes(view) : []),
    ...(isUsed && verbose ? [projectionNote(view)] : []),
    ...(isUsed && report.series.length > 1 ? [{ label: slotName(report), text: courseText(view) }] : []),
    ...(isUsed ? anomalyTexts(view, name) : []).map(
      (text): Note => ({ label: 'Anomaly', text, ...(report.anomalies?.length && { tone: 'bad' }) }),
    ),
    ...quotaTexts({ ...report, quotas: quotas.map((line) => ({ ...line, model: name(line.model) })) }, timeZone).map(
      ({ text, near }): Note => ({ label: 'Quota', text, ...(near && { tone: 'bad' }) }),
    ),
    ...featureNotes(report),
    ...(verbose ? report.unpriced.map(unpricedText) : unpricedTexts(report, name)).map(
      (text): Note => ({ label: 'Unpriced', text, tone: 'unsure' }),
    ),
    ...(verbose ? report.warnings.map(({ message }) => message) : warningTexts(report, name, isUsed)).map(
      (text): Note => ({ label: 'Note', text, tone: 'unsure' }),
    ),
    ...(isUsed || verbose ? pricesNote(report, verbose) : []),
  ]
}

/** Where prices come from and what it cost to ask. */
function pricesNote(report: Report, verbose: boolean): Note[] {
  const asked = callsTexts(report).map((text) => `this report ${verbose ? text : text.split(':')[0]}`)
  const parts = [...priceSourcesTexts(report, verbose), ...asked]
  return parts.length === 0 ? [] : [{ label: report.bill ? 'Asking' : 'Prices', text: parts.join('; ') }]
}

/** Names of models as the table has them. */
function namesOf({ report }: ReportView, verbose: boolean): (model: string) => string {
  if (verbose) return (model) => model
  const { groups, unpriced, doubts, quotas = [], anomalies } = report
  const keys = [...groups, ...(anomalies ?? [])].map(({ key }) => key)
  const ids = [...keys, ...unpriced, ...doubts, ...quotas].flatMap(({ model }) => model || [])
  const shown = [...new Set(ids.map(plain))]
  const names = shortNames('model', shown)
  const known = new Map(shown.map((id, index) => [id, names[index]]))
  return (model) => known.get(plain(model)) ?? model
}

function unpricedTexts({ unpriced }: Report, name: (model: string) => string): string[] {
  const reasons = new Map<string, { reason: string; models: string[] }>()
  for (const { model, reason } of unpriced) {
    // What follows says what to run, of each model something else: that of the first is shown.
    const [why = ''] = reason.split('; ')
    const known = reasons.get(why) ?? { reason, models: [] }
    reasons.set(why, { ...known, models: [...known.models, name(model)] })
  }
  const all = [...reasons.values()]
  const others = all.slice(MOST_REASONS).flatMap(({ models }) => models)
  return [
    ...all
      .slice(0, MOST_REASONS)
      .map(({ reason, models }) => `${listed(models)}: ${reason}${models.length > 1 ? ` ${MORE}` : ''}`),
    ...(others.length > 0 ? [`${listed(others)}: for other reasons ${MORE}`] : []),
  ]
}

/** "a, b, c and 2 others" */
function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  const others = distinct.length - MOST_NAMES
  return `${distinct.slice(0, MOST_NAMES).join(', ')}${others > 0 ? ` and ${count(others, 'other')}` : ''}`
}

/** One line for each kind of warning; doubts by what could be added at most. */
function warningTexts(
  { warnings, doubts, regions, calls }: Report,
  name: (model: string) => string,
  isUsed: boolean,
): string[] {
  const ofDoubts = new Set(doubts.map((doubt) => doubtWarning(doubt).message))
  const kinds = new Map<string, string[]>()
  for (const { code, message } of warnings) {
    // The first line says that nothing was used, and the last what it cost to ask.
    if ((code === 'no-usage' && !isUsed) || (code === 'logs-scanned' && calls && calls.items.length > 0)) continue
    if (!ofDoubts.has(message)) kinds.set(code, [...(kinds.get(code) ?? []), message])
  }
  const others = [...kinds].map(([code, [first = '', ...more]]) => {
    if (more.length === 0) return first
    const isOfRegions = code === 'no-usage' && more.length < regions.length
    return isOfRegions
      ? `no calls in ${more.length + 1} of ${regions.length} Regions ${MORE}`
      : `${first} (and ${more.length} more like it: --verbose)`
  })
  return [...others, ...doubtTexts(doubts, name)]
}

const UNTOLD = {
  tier: 'service tiers',
  latency: 'which calls were latency-optimized',
  promptLength: 'lengths of prompts',
  cacheTtl: 'lifetimes of cache writes',
  longPrice: 'prices of long prompts',
}

/** "the cost may be up to $0.71 higher; not known: lengths of prompts (nova-pro), lifetimes of cache writes (2 models) (--verbose)" */
function doubtTexts(doubts: readonly DoubtLine[], name: (model: string) => string): string[] {
  const kinds = (Object.keys(UNTOLD) as (keyof typeof UNTOLD)[]).flatMap((untold) => {
    const [first, ...more] = doubts.filter((doubt) => doubt.untold === untold)
    return first ? [`${UNTOLD[untold]} (${more.length === 0 ? name(first.model) : `${more.length + 1} models`})`] : []
  })
  const known = doubts.every(({ couldAddUsd }) => couldAddUsd !== null)
  const sum = doubts.reduce((total, { couldAddUsd }) => total + (couldAddUsd ?? 0), 0)
  const most = known ? `up to ${usd(sum)} higher; not known:` : 'higher; not known: how much,'
  return kinds.length === 0 ? [] : [`the cost may be ${most} ${kinds.join(', ')} ${MORE}`]
}

/** Where this leads, and from what. */
function projectionNote({ report, timeZone }: ReportView): Note {
  const { invocations, inputTokens, outputTokens, basis } = report.projection
  const rate = `${whole(invocations)} calls, ${whole(inputTokens)} input and ${whole(outputTokens)} output tokens, ${projectedCost(report)}`
  return { label: projectionTitle(report, timeZone), text: basis ? rate : basisText(report.projection, timeZone) }
}

/** Invocations over the window, or what they were billed, and when that was most. */
function courseText({ report, trends, timeZone }: ReportView): string {
  if (report.total.invocations === null && !report.bill) return 'incomplete'
  const course = report.bill ? report.series.map(({ costUsd }) => costUsd ?? 0) : trends.total
  const most = largest(course)
  const peak = report.series[course.indexOf(most)]
  const bars = sparkline(course, 36)
  if (most === 0 || !peak) return bars
  const when = clockText(peak.start, timeZone).slice(0, isByDay(report) ? 10 : undefined)
  return `${bars} peak ${report.bill ? usd(most) : count(most, 'call')}, ${when}`
}

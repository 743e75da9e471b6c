import type { Warning } from '../../core/events.ts'
import { plain } from '../../text/escape.ts'
import { shortNames } from '../../text/models.ts'
import { count, largest, percent, usd, whole } from '../../text/numbers.ts'
import { sparkline } from '../../text/sparkline.ts'
import type { Tone } from '../../text/table.ts'
import { grouped } from '../arrange.ts'
import { doubtWarning } from '../doubts.ts'
import type { Anomaly, DoubtLine, QuotaLine, QuotaPeak, Report, ReportView, UnpricedLine } from '../view.ts'
import { featureNotes } from './features.ts'
import {
  basisText,
  callsTexts,
  clockText,
  isByDay,
  keyText,
  priceSourcesTexts,
  projectedCost,
  projectionTitle,
  slotName,
  unpricedText,
} from './labels.ts'
import { teamNotes } from './teams.ts'
import { billTexts, causesText, compareTexts, unusedTexts } from './texts.ts'

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
const MOST_ANOMALIES = 5
/** From here on a quota is near: what the alarms warn of by default, too. */
const NEAR_PERCENT = 80

type NameOf = (model: string) => string

/**
 * All that has to be said of a report: how it went, how near the quotas are, what has no price and what is doubtful, and where
 * the prices come from. One line a kind.
 * @param verbose one line each instead, with exact ids, and where it leads
 */
export function notesOf(view: ReportView, verbose: boolean): Note[] {
  const { report } = view
  const isUsed = unusedTexts(view) === undefined
  const name: NameOf = verbose ? (model) => model : shortNameOf(report)
  const unsure = (label: string, texts: readonly string[]) =>
    texts.map((text): Note => ({ label, text, tone: 'unsure' }))
  return [
    ...billTexts(report),
    ...compareTexts(view),
    ...(isUsed ? teamNotes(view) : []),
    ...(isUsed && verbose ? [projectionNote(view)] : []),
    ...(isUsed && report.series.length > 1 ? [{ label: slotName(report), text: courseText(view) }] : []),
    ...(isUsed ? anomalyNotes(view, name) : []),
    ...quotaNotes(view, name),
    ...featureNotes(report),
    ...unsure('Unpriced', verbose ? report.unpriced.map(unpricedText) : unpricedTexts(report, name)),
    ...unsure('Note', verbose ? report.warnings.map(({ message }) => message) : warningTexts(report, isUsed)),
    ...(isUsed || verbose ? pricesNote(report, verbose) : []),
  ]
}

function pricesNote(report: Report, verbose: boolean): Note[] {
  const asked = callsTexts(report).map((text) => `this report ${verbose ? text : text.split(':')[0]}`)
  const parts = [...priceSourcesTexts(report, verbose), ...asked]
  return parts.length === 0 ? [] : [{ label: report.bill ? 'Asking' : 'Prices', text: parts.join('; ') }]
}

function shortNameOf({ groups, unpriced, doubts, quotas = [], anomalies }: Report): NameOf {
  const keys = [...groups, ...(anomalies ?? [])].map(({ key }) => key)
  const ids = [...keys, ...unpriced, ...doubts, ...quotas].flatMap(({ model }) => model || [])
  const shown = [...new Set(ids.map(plain))]
  const names = shortNames('model', shown)
  const known = new Map(shown.map((id, index) => [id, names[index]]))
  return (model) => known.get(plain(model)) ?? model
}

/** What an anomaly is of: its group, in short where that is a model; "everything" where nothing is told apart. */
export function anomalyName(view: ReportView, { key }: Anomaly, model: NameOf): string {
  const parts = Object.keys(key).map((name) => {
    const text = keyText(view, { key }, name)
    return name === 'model' ? model(text) : text
  })
  return parts.join(' · ') || 'everything'
}

/** The costliest of them in a line each, and how many more there are; that there are none, where they were asked for. */
function anomalyNotes(view: ReportView, model: NameOf): Note[] {
  const { anomalies } = view.report
  if (!anomalies) return []
  if (anomalies.length === 0) return [{ label: 'Anomaly', text: 'none in this window' }]
  const more = anomalies.slice(MOST_ANOMALIES)
  const excess = more.reduce((sum, { excessUsd }) => sum + excessUsd, 0)
  const texts = anomalies.slice(0, MOST_ANOMALIES).map((one) => {
    const at = `${clockText(one.start, view.timeZone)}, ${one.hours} h`
    const costs = `${usd(one.costUsd)} instead of about ${usd(one.expectedUsd)}`
    return `${anomalyName(view, one, model)}, ${at}: ${costs}, mostly by ${one.cause}: ${causesText(one)}`
  })
  if (more.length > 0) texts.push(`and ${more.length} more, which cost ${usd(excess)} more than expected together`)
  return texts.map((text) => ({ label: 'Anomaly', text, tone: 'bad' }))
}

/** One line a model with a known quota, and one that names those without. */
function quotaNotes({ report: { quotas = [], regions }, timeZone }: ReportView, name: NameOf): Note[] {
  const where = ({ model, region }: QuotaLine) => (regions.length > 1 ? `${name(model)} in ${region}` : name(model))
  const peaks = ({ tokensPerMinute: tokens, requestsPerMinute: requests }: QuotaLine) =>
    Object.entries({ tokens, requests }).flatMap(([what, peak]) =>
      peak ? [`${usedText(peak)} of ${whole(peak.quota)} ${what} a minute, ${clockText(peak.at, timeZone)}`] : [],
    )
  const known = quotas.flatMap((line): Note[] => {
    const { sharedWith = [] } = line
    const shared = sharedWith.length > 0 ? ` (with ${sharedWith.join(', ')})` : ''
    const text = `${where(line)}${shared}: ${peaks(line).join('; ')}`
    return peaks(line).length === 0 ? [] : [{ label: 'Quota', text, ...(isNear(line) && { tone: 'bad' }) }]
  })
  const unknown = quotas.filter((line) => peaks(line).length === 0).map(where)
  const text = `no quota is known for certain, or no use of it, for ${unknown.join(', ')}`
  return [...known, ...(unknown.length > 0 ? [{ label: 'Quota', text }] : [])]
}

/** `41.0 %`; a dash where nothing is allowed at all. */
export function usedText(peak: QuotaPeak | null): string {
  return peak === null || peak.usedPercent === null ? '–' : percent(peak.usedPercent / 100)
}

export function isNear({ tokensPerMinute, requestsPerMinute }: QuotaLine): boolean {
  return [tokensPerMinute, requestsPerMinute].some((peak) => (peak?.usedPercent ?? 0) >= NEAR_PERCENT)
}

function unpricedTexts({ unpriced }: Report, name: NameOf): string[] {
  const namesOf = (lines: readonly UnpricedLine[]) => listed(lines.map(({ model }) => name(model)))
  // What follows says what to run, of each model something else: that of the first is shown.
  const all = [...grouped(unpriced, ({ reason }) => reason.split('; ')[0]).values()]
  const others = all.slice(MOST_REASONS).flat()
  const texts = all
    .slice(0, MOST_REASONS)
    .map((lines) => `${namesOf(lines)}: ${lines[0].reason}${lines.length > 1 ? ` ${MORE}` : ''}`)
  return [...texts, ...(others.length > 0 ? [`${namesOf(others)}: for other reasons ${MORE}`] : [])]
}

/** "a, b, c and 2 others" */
function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  const others = distinct.length - MOST_NAMES
  return `${distinct.slice(0, MOST_NAMES).join(', ')}${others > 0 ? ` and ${count(others, 'other')}` : ''}`
}

/** One line for each kind of warning; doubts by what could be added at most. */
function warningTexts({ warnings, doubts, regions, calls }: Report, isUsed: boolean): string[] {
  const ofDoubts = new Set(doubts.map((doubt) => doubtWarning(doubt).message))
  // The first line says that nothing was used, and the last what it cost to ask.
  const isSaid = ({ code, message }: Warning) =>
    (code === 'no-usage' && !isUsed) || (code === 'logs-scanned' && calls?.items.length) || ofDoubts.has(message)
  const kinds = grouped(
    warnings.filter((warning) => !isSaid(warning)),
    ({ code }) => code,
  )
  const others = [...kinds].map(([code, [{ message: first }, ...more]]) => {
    if (more.length === 0) return first
    const isOfRegions = code === 'no-usage' && more.length < regions.length
    return isOfRegions
      ? `no calls in ${more.length + 1} of ${regions.length} Regions ${MORE}`
      : `${first} (and ${more.length} more like it: --verbose)`
  })
  return [...others, ...doubtTexts(doubts)]
}

const UNTOLD = {
  tier: 'service tiers',
  latency: 'latency-optimized calls',
  promptLength: 'prompt lengths',
  cacheTtl: 'cache-write lifetimes',
  longPrice: 'prices of long prompts',
}

/** "the cost may be up to $0.71 higher; not known: prompt lengths, cache-write lifetimes (--verbose)" */
function doubtTexts(doubts: readonly DoubtLine[]): string[] {
  const kinds = Object.entries(UNTOLD).flatMap(([untold, title]) =>
    doubts.some((doubt) => doubt.untold === untold) ? [title] : [],
  )
  const known = doubts.every(({ couldAddUsd }) => couldAddUsd !== null)
  const sum = doubts.reduce((total, { couldAddUsd }) => total + (couldAddUsd ?? 0), 0)
  const most = known ? `up to ${usd(sum)} higher` : 'higher, by an unknown amount'
  return kinds.length === 0 ? [] : [`the cost may be ${most}; not known: ${kinds.join(', ')} ${MORE}`]
}

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

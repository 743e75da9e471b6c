import type { Context } from '../../core/context.ts'
import type { Warning } from '../../core/events.ts'
import { grouped } from '../../text/numbers.ts'
import { slotRuns } from '../calendar.ts'
import { dimensionsOf, isTimeGrouping } from '../grouping.ts'
import type { Window } from '../model.ts'
import type { AggregateOptions } from '../scan/aggregate.ts'
import { MOST_CALLS_SEEN } from '../scan/calls-seen.ts'
import { type Fault, mayBeWithin } from '../scan/fault.ts'
import { isDelivered } from '../scan/log-names.ts'
import { type ScanResult, scanAll } from '../scan/pool.ts'
import type { RunTallies } from '../store/store.ts'
import { attemptsInRecords } from '../tally.ts'
import { DAY_MS, HOUR_MS, hourStart, lastHours, rowUnit, slotOfClocks } from '../window.ts'
import { firstOf, percentileWarnings, recordWarnings } from './log-warnings.ts'
import { watched } from './progress.ts'
import type { Question, SourceReading } from './source.ts'

/** A garbled line and a last row are read, an empty object and what is no log hold nothing, and a time without a zone is one of UTC. */
const HARMLESS = new Set(
  'invalid-utf8 empty-object time-zone-assumed files-not-read last-row-open may-be-sums'.split(' '),
)

const leavesOut = ({ code }: Fault): boolean => !HARMLESS.has(code)

/** Faults of what is in a file, which no other copy of it would be without. */
const OF_CONTENT: readonly Fault['code'][] = ['not-a-record', 'line-too-long', 'unknown-form']
const CONTENT_CURE = 'check that these are Bedrock invocation logs in a format that docs/logs.md lists'
const OTHER_JSON = `, or extract the records from other JSON with jq -c '.. | objects, (strings | fromjson?) | objects | select(.modelId?)'`

/** Where nothing is damaged, no other copy would help. */
function cureOf(faults: readonly Fault[]): Pick<SourceReading, 'ifIncomplete'> {
  if (!faults.filter(leavesOut).every(({ code }) => OF_CONTENT.includes(code))) return {}
  return {
    ifIncomplete: `${CONTENT_CURE}${faults.some(mayBeWithin) ? OTHER_JSON : ''}; the report covers everything else`,
  }
}

function faultWarnings(faults: readonly Fault[]): Warning[] {
  return [...new Set(faults.map(({ code }) => code))].flatMap((code): Warning[] => {
    const alike = faults.filter((fault) => fault.code === code)
    if (code === 'time-zone-assumed') {
      const files = `${alike[0]?.name}${alike.length > 1 ? ` and ${alike.length - 1} more` : ''}`
      return [{ code, message: `${files}: times have no time zone and are read as UTC` }]
    }
    return firstOf(alike.map(({ name, message }) => ({ code, message: `${name}: ${message}` })))
  })
}

/** Without a window, records further off are not believed: one of the year 9999 would make millions of hours. */
const MOST_PAST_MS = 10 * 365 * DAY_MS
const MOST_FUTURE_MS = 2 * 365 * DAY_MS

/** Without a window everything there is. */
export type ScanQuestion = Pick<Question, 'by' | 'timeZone' | 'where'> & Partial<Pick<Question, 'window'>>

export interface ScanSubject {
  /** For progress: `3 files`. */
  label: string
  /** As it is stored, if that is known. */
  bytes?: number
  noUse: string
  /** What is no log at all, beside records and not called as a log is, is no fault. */
  passesOver?: true
  /** How far outside the window records may be without a word, ms. */
  edgeMs?: number
}

export async function readRecords(
  cx: Context,
  tasks: Parameters<typeof scanAll>[0],
  { window, by, timeZone = 'UTC', where }: ScanQuestion,
  subject: ScanSubject,
  tallies?: RunTallies,
) {
  const now = cx.clock.now()
  const aggregate: AggregateOptions = {
    dimensions: [...new Set([...dimensionsOf(by), 'account'])],
    ...slotsOf(window, by, timeZone, now),
    samplesBySlot: by.some(isTimeGrouping),
    ...(where && { where }),
    window: window ?? { start: now - MOST_PAST_MS, end: now + MOST_FUTURE_MS },
    ...(subject.edgeMs !== undefined && { edgeMs: subject.edgeMs }),
  }
  const result = await watched(cx, { verb: 'reading', label: subject.label }, (tell) =>
    scanAll(tasks, {
      aggregate,
      signal: cx.signal,
      tallies,
      onProgress({ storedBytes: done }) {
        const total = subject.bytes !== undefined && { total: subject.bytes - (tallies?.doneBytes ?? 0) }
        tell({ note: 'bytes', done, ...total })
      },
    }),
  )

  const isPassed = ({ isForeign, name }: Fault) =>
    subject.passesOver === true && result.records > 0 && isForeign === true && !isDelivered(name)
  const faults = result.faults.filter((fault) => !isPassed(fault))
  const passed = result.faults.filter(isPassed).map(({ name }) => name)
  const read = window ?? spanOf(result, now, timeZone)
  const rows = result.aggregate.rows()
  const values = (name: string) => [...new Set(rows.map((row) => row.dimensions[name] ?? ''))].filter(Boolean).sort()
  const accounts = values('account').filter((account) => /^\d{12}$/.test(account))
  const reading: SourceReading = {
    window: read,
    rows,
    percentiles: result.aggregate.percentiles(by, timeZone),
    percentilesBy: (others, told) => result.aggregate.percentiles(others, timeZone, told),
    warnings: [
      ...(rows.length === 0 ? [{ code: 'no-usage' as const, message: subject.noUse }] : []),
      ...outsideWarnings(result.aggregate.outside, window),
      ...doubleWarnings(result.aggregate, typeof tasks === 'function' ? 'one with the most tokens' : 'first'),
      ...faultWarnings(faults),
      ...recordWarnings(rows),
      ...percentileWarnings(rows),
      ...(by.includes('account') ? [] : severalAccounts(accounts)),
    ],
    attempts: attemptsInRecords,
    ...(result.aggregate.records > 0 && { began: hourStart(result.aggregate.firstTime, timeZone) }),
    accounts,
    regions: values('region'),
    incomplete: faults.some(leavesOut),
    ...cureOf(faults),
    ...(faults.some(leavesOut) && { unread: 'anything' }),
  }
  return { reading, faults, passed: [...new Set(passed)] }
}

function severalAccounts(accounts: readonly string[]): Warning[] {
  if (accounts.length < 2) return []
  const message = `the records come from ${accounts.length} accounts and are reported together: ${accounts.join(', ')}`
  return [{ code: 'several-accounts', message }]
}

function outsideWarnings(outside: number, window: Window | undefined): Warning[] {
  if (outside === 0) return []
  const records = `${grouped(outside)} ${outside === 1 ? 'record is' : 'records are'}`
  const where = window ? 'outside the window' : 'more than ten years ago or more than two years from now'
  return [{ code: 'records-outside', message: `${records} dated ${where} and not in this report` }]
}

export function doubleWarnings(
  { doubles, others = 0, unchecked }: { doubles: number; others?: number; unchecked: number },
  which = 'first',
): Warning[] {
  const left = doubles === 1 ? 'record is a duplicate and is' : 'records are duplicates and are'
  const differ = `${grouped(others)} of them ${others === 1 ? 'differs' : 'differ'} from the record that counts, which is the ${which}`
  const all = `after about ${grouped(MOST_CALLS_SEEN)} calls, duplicates are no longer detected: ${grouped(unchecked)} ${unchecked === 1 ? 'record was' : 'records were'} not checked`
  const told = [doubles > 0 && `${grouped(doubles)} ${left} left out`, others > 0 && differ, unchecked > 0 && all]
  const parts = told.filter(Boolean)
  return parts.length === 0 ? [] : [{ code: 'records-double', message: parts.join('; ') }]
}

/** The whole hours of a zone's clocks in which the records lie; where there are none, the last one. */
function spanOf({ aggregate: { records, firstTime, lastTime } }: ScanResult, now: number, zone: string): Window {
  if (records === 0) return lastHours(now, 1)
  return { start: hourStart(firstTime, zone), end: hourStart(lastTime, zone) + HOUR_MS }
}

/** Slots that never lie in two hours of the zone's clocks: days or hours where a window has whole ones. */
function slotsOf(window: Window | undefined, by: readonly string[], zone: string, now: number) {
  if (window !== undefined && !by.some(isTimeGrouping)) {
    if (rowUnit(window) === 'hour') return { origin: window.start, slotMs: HOUR_MS }
    const [days, ...others] = slotRuns(window, 'day', zone)
    if (days && others.length === 0) return { origin: days.origin, slotMs: days.slotMs }
  }
  return { origin: 0, slotMs: slotOfClocks(zone, now) }
}

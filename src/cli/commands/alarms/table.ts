import { grouped } from '../../../report/arrange.ts'
import type { ListedAlarm } from '../../../steps/alarms/alarm-list.ts'
import { COMPOSITE_NAME } from '../../../steps/alarms/composite-rule.ts'
import { sentencesOf, withoutGuide } from '../../../steps/alarms/what-to-do.ts'
import type { Env } from '../../../steps/env.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { type Column, type Tone, table } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Sheet } from '../../session/listing.ts'

/** From here on there is room for what an alarm watches. */
const SUBJECT_COLUMNS = 100
/** From here on there is room for the time, too. */
const TIME_COLUMNS = 120
const MOST_COLUMNS = 160
const LEAST_TEXT = 12

export interface AlarmsAsked {
  /** No columns: those for which there is room. */
  asked?: { columns: readonly string[] }
  /** Also what alarms leave out that do not go off. */
  verbose?: boolean
}

/** Every alarm with its state, what it watches and when it goes off; under it, why those go off that do, and which nobody hears. */
export function printAlarms(
  out: Sheet,
  alarms: readonly ListedAlarm[],
  { regions, settings }: { regions: readonly string[]; settings: Pick<Env['settings'], 'alarms'> },
  { asked: { columns } = { columns: [] }, verbose = false }: AlarmsAsked = {},
): void {
  for (const region of regions) {
    const here = alarms.filter((alarm) => alarm.region === region)
    if (regions.length > 1 && here.length > 0) out.line(out.paint.bold(region))
    if (here.length === 0) continue
    for (const line of [...drawn(out, here, columns), ...notes(out, here, verbose)]) out.line(line)
  }
  out.line(`Alarms: ${summaryOf(alarms)}.`)
  if (alarms.every(({ state }) => state !== 'MISSING')) return
  const byUse = 'Alarms on spend and quotas depend on the models in use and are listed once they exist.'
  if (settings.alarms !== 'minimal') for (const line of paragraphs(out, [byUse])) out.line(line)
  out.line('To create what is missing: bedrock-monitor alarms sync')
}

/** By the names of `--columns`. */
const COLUMNS: ReadonlyMap<string, Column<ListedAlarm>> = new Map([
  ['state', { heading: 'State', cell: ({ state }: ListedAlarm) => STATE_WORDS[state], tone: stateTone }],
  ['name', { heading: 'Alarm', cell: ({ name }: ListedAlarm) => plain(name), fold: wrapId }],
  ['watches', { heading: 'Watches', cell: ({ watches }: ListedAlarm) => plain(watches), fold: wrap }],
  ['goes-off', { heading: 'Goes off', cell: ({ goesOff }: ListedAlarm) => plain(goesOff), fold: wrap }],
  ['since', { heading: 'Since (UTC)', cell: ({ since }: ListedAlarm) => (since === null ? '' : minute(since)) }],
])

function drawn(out: Sheet, alarms: readonly ListedAlarm[], asked: readonly string[]): string[] {
  const width = Math.min(out.width, MOST_COLUMNS)
  const usual = [...COLUMNS.keys()].filter(
    (name) => width >= (name === 'since' ? TIME_COLUMNS : name === 'watches' ? SUBJECT_COLUMNS : 0),
  )
  const columns = (asked.length > 0 ? asked : usual).flatMap((name) => COLUMNS.get(name) ?? [])
  return table({ columns, least: LEAST_TEXT }, alarms, { width, paint: out.paint })
}

/** Why alarms go off, which of them nobody hears and, if that is asked for, what they leave out. */
function notes(out: Sheet, alarms: readonly ListedAlarm[], verbose: boolean): string[] {
  const told = alarms.filter(({ state }) => state === 'ALARM' || (verbose && state !== 'MISSING'))
  const own = grouped(told, (alarm) =>
    [...(alarm.state === 'ALARM' ? [alarm.reason] : []), notCovered(alarm)].join(' ').trim(),
  )
  own.delete('')
  const isTold = alarms.some(({ name, notifies }) => name === COMPOSITE_NAME && notifies.length > 0)
  const silent = isTold ? [] : alarms.filter(({ state, notifies }) => state !== 'MISSING' && notifies.length === 0)
  return paragraphs(out, [
    ...[...own].map(([text, those]) => `${those.map(({ name }) => name).join(', ')}: ${text}`),
    ...(silent.length === 0 ? [] : [`Nobody is notified of ${silent.map(({ name }) => name).join(', ')}.`]),
  ])
}

function paragraphs(out: Sheet, texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    wrap(plain(text), Math.min(out.width, MOST_COLUMNS) - 2).map((line, index) =>
      out.paint.dim(index === 0 ? line : `  ${line}`),
    ),
  )
}

const STATE_WORDS: Record<ListedAlarm['state'], string> = {
  OK: 'OK',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data',
  MISSING: 'missing',
}

function stateTone({ state }: ListedAlarm): Tone {
  if (state === 'ALARM') return 'bad'
  return state === 'OK' ? 'good' : 'unsure'
}

/** What an alarm does not cover, and what to run when it goes off. The first sentence of its description says what it watches, which stands elsewhere. */
const notCovered = ({ state, description }: ListedAlarm): string =>
  sentencesOf(state === 'ALARM' ? description : withoutGuide(description))
    .slice(1)
    .join(' ')

/** `2026-11-23 10:15`, in UTC. */
const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ')

/** "15 alarms, 1 ringing, 2 missing". */
function summaryOf(alarms: readonly ListedAlarm[]): string {
  const of = (state: ListedAlarm['state']) => alarms.filter((alarm) => alarm.state === state).length
  const parts = [
    ...(of('ALARM') > 0 ? [`${of('ALARM')} in ALARM`] : []),
    ...(of('INSUFFICIENT_DATA') > 0 ? [`${of('INSUFFICIENT_DATA')} without data`] : []),
    ...(of('MISSING') > 0 ? [`${of('MISSING')} missing`] : []),
  ]
  return `${count(alarms.length, 'alarm')}, ${parts.length === 0 ? 'none in ALARM' : parts.join(', ')}`
}

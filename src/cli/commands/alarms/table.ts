import { grouped } from '../../../report/arrange.ts'
import type { ListedAlarm } from '../../../steps/alarms/alarm-list.ts'
import { COMPOSITE_NAME } from '../../../steps/alarms/composite-rule.ts'
import { withoutGuide } from '../../../steps/alarms/threshold-alarms.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { type Column, type Tone, table, toned } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'

const LEAST_COLUMNS = 40
const STATE_COLUMNS = 9

/**
 * Alarms for a narrow terminal: its name, and below it what it watches, when it goes off and what else there is to know. What several leave
 * out stands once, under all of them.
 */
function alarmLines(out: Output, alarms: readonly ListedAlarm[]): string[] {
  const room = Math.max(LEAST_COLUMNS, out.width) - STATE_COLUMNS
  const shared = new Map(
    [...grouped(alarms.filter(isThere), notCovered)].filter(([text, those]) => text !== '' && those.length > 1),
  )
  const lines = alarms.flatMap((alarm) => {
    const state = toned(out.paint, stateTone(alarm))(STATE_WORDS[alarm.state].padEnd(STATE_COLUMNS))
    const what = `${plain(alarm.watches)} ${plain(alarm.goesOff)}`.trim()
    const details = [what, ...detailsOf(alarm)]
      .filter((text) => text !== '' && !shared.has(text))
      .flatMap((text) => wrap(plain(text), room))
    return [
      `${state}${plain(alarm.name)}`,
      ...details.map((line) => out.paint.dim(`${' '.repeat(STATE_COLUMNS)}${line}`)),
    ]
  })
  return [...lines, ...paragraphs(out, told(shared))]
}

function detailsOf(alarm: ListedAlarm): string[] {
  const { state, since, reason, description, notifies, changed } = alarm
  if (state === 'MISSING') return [withoutGuide(description)]
  const times = [
    ...(since === null ? [] : [`since ${minute(since)}Z`]),
    ...(changed === null ? [] : [`changed ${minute(changed)}Z`]),
    ...(notifies.length === 0 ? ['notifies nobody by itself'] : []),
  ]
  return [...(state === 'ALARM' ? [reason] : []), notCovered(alarm), times.join(', ')]
}

/** From here on there is room for a table. */
const TABLE_COLUMNS = 100
/** From here on there is room for the time, too. */
const TIME_COLUMNS = 120
const MOST_COLUMNS = 160
const LEAST_TEXT = 12

/** Every alarm with its state, what it watches and when it goes off; under it, what the table does not tell. */
export function printAlarms(
  out: Output,
  alarms: readonly ListedAlarm[],
  regions: readonly string[],
  columns: readonly string[] = [],
): void {
  const isTable = out.width >= TABLE_COLUMNS || columns.length > 0
  for (const region of regions) {
    const here = alarms.filter((alarm) => alarm.region === region)
    if (regions.length > 1 && here.length > 0) out.line(out.paint.bold(region))
    const lines =
      isTable && here.length > 0 ? [...drawn(out, here, columns), ...notes(out, here)] : alarmLines(out, here)
    for (const line of lines) out.line(line)
  }
  out.line(`Alarms: ${summaryOf(alarms)}.`)
  if (alarms.some(({ state }) => state === 'MISSING'))
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

function drawn(out: Output, alarms: readonly ListedAlarm[], asked: readonly string[]): string[] {
  const width = Math.min(out.width, MOST_COLUMNS)
  const usual = [...COLUMNS.keys()].slice(0, width < TIME_COLUMNS ? -1 : undefined)
  const columns = (asked.length > 0 ? asked : usual).flatMap((name) => COLUMNS.get(name) ?? [])
  return table({ columns, least: LEAST_TEXT }, alarms, { width, paint: out.paint })
}

/** Why alarms go off, what they leave out, which are missing and which of them nobody hears. */
function notes(out: Output, alarms: readonly ListedAlarm[]): string[] {
  const own = grouped(alarms.filter(isThere), (alarm) =>
    [...(alarm.state === 'ALARM' ? [alarm.reason] : []), notCovered(alarm)].join(' ').trim(),
  )
  own.delete('')
  const isTold = alarms.some(({ name, notifies }) => name === COMPOSITE_NAME && notifies.length > 0)
  const silent = isTold ? [] : alarms.filter((alarm) => isThere(alarm) && alarm.notifies.length === 0)
  return paragraphs(out, [
    ...told(own),
    ...(silent.length === 0 ? [] : [`Nobody is notified of ${silent.map(({ name }) => name).join(', ')}.`]),
  ])
}

const isThere = ({ state }: ListedAlarm): boolean => state !== 'MISSING'

/** One text for each kind of note, with the names of the alarms that it is about. */
const told = (notes: ReadonlyMap<string, readonly ListedAlarm[]>): string[] =>
  [...notes].map(([text, alarms]) => `${alarms.map(({ name }) => name).join(', ')}: ${text}`)

function paragraphs(out: Output, texts: readonly string[]): string[] {
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
  (state === 'ALARM' ? description : withoutGuide(description))
    .split(/(?<=\.) (?=[A-Z])/)
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

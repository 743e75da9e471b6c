import { type BoxColumn, drawBox } from '../report/renderers/box.ts'
import { sharedRoom } from '../report/renderers/room.ts'
import { wrapId } from '../report/renderers/text.ts'
import type { ListedAlarm } from '../steps/alarms/alarm-list.ts'
import { COMPOSITE_NAME } from '../steps/alarms/composite-rule.ts'
import type { Output } from '../ui/output.ts'
import { clean, wrap } from '../ui/text.ts'
import { alarmLines } from './alarm-lines.ts'
import { minute, notCovered, ringsText, STATE_WORDS, stateStyle, summaryOf } from './alarm-words.ts'

/** From here on there is room for a table. */
const TABLE_COLUMNS = 100
/** From here on there is room for the time, too. */
const TIME_COLUMNS = 120
const STATE = 'State'
const SINCE = 'Since (UTC)'
const MOST_COLUMNS = 160
const LEAST_TEXT = 12
/** Between two columns: " │ "; and one more at the edge. */
const FRAME = 3

/** Every alarm with its state, what it watches and when it rings; under it, what the table does not tell. */
export function printAlarms(out: Output, alarms: readonly ListedAlarm[], regions: readonly string[]): void {
  const isTable = out.width >= TABLE_COLUMNS && out.unicode
  for (const region of regions) {
    if (regions.length > 1) out.line(out.paint.bold(region))
    const here = alarms.filter((alarm) => alarm.region === region)
    const lines = isTable && here.length > 0 ? [...table(out, here), ...notes(out, here)] : alarmLines(out, here)
    for (const line of lines) out.line(line)
  }
  out.line(`Alarms: ${summaryOf(alarms)}.`)
}

function table(out: Output, alarms: readonly ListedAlarm[]): string[] {
  const width = Math.min(out.width, MOST_COLUMNS)
  const states = alarms.map(({ state }) => STATE_WORDS[state])
  const times = width < TIME_COLUMNS ? undefined : alarms.map(({ since }) => (since === null ? '' : minute(since)))
  const texts: { heading: string; of: string[]; fold(text: string, room: number): string[] }[] = [
    { heading: 'Alarm', of: alarms.map(({ name }) => clean(name)), fold: wrapId },
    { heading: 'Watches', of: alarms.map(({ watches }) => clean(watches)), fold: wrap },
    { heading: 'Rings', of: alarms.map((alarm) => ringsText(out, alarm)), fold: wrap },
  ]
  const fixed = [[STATE, ...states], ...(times ? [[SINCE, ...times]] : [])].reduce(
    (sum, cells) => sum + FRAME + widest(cells),
    FRAME * texts.length + 1,
  )
  const rooms = sharedRoom(
    texts.map(({ heading, of }) => widest([heading, ...of])),
    width - fixed,
    LEAST_TEXT,
  )
  return drawBox(
    [
      column(
        out,
        STATE,
        states.map((text) => [text]),
        (index) => styleOf(out, alarms[index]),
      ),
      ...texts.map(({ heading, of, fold }, index) =>
        column(
          out,
          heading,
          of.map((text) => fold(text, rooms[index] ?? LEAST_TEXT)),
        ),
      ),
      ...(times
        ? [
            column(
              out,
              SINCE,
              times.map((text) => [text]),
            ),
          ]
        : []),
    ],
    (text) => out.paint.dim(text),
    { total: false },
  )
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length))

const styleOf = (out: Output, alarm: ListedAlarm | undefined) => (alarm ? stateStyle(out, alarm) : out.paint.dim)

function column(
  { paint }: Output,
  heading: string,
  cells: readonly string[][],
  style: (index: number) => (text: string) => string = () => (text) => text,
): BoxColumn {
  return {
    align: 'left',
    heading: { lines: [heading], style: (text) => paint.bold(text) },
    cells: cells.map((lines, index) => ({ lines, style: style(index) })),
  }
}

/** Why alarms ring, what they leave out, which are missing and which of them nobody hears. */
function notes(out: Output, alarms: readonly ListedAlarm[]): string[] {
  const own = alarms.flatMap((alarm) => {
    const text = [...(alarm.state === 'ALARM' ? [alarm.reason] : []), notCovered(alarm)].join(' ').trim()
    return alarm.state === 'MISSING' || text === '' ? [] : [`${alarm.name}: ${text}`]
  })
  const missing = alarms.some(({ state }) => state === 'MISSING')
  const isTold = alarms.some(({ name, tells }) => name === COMPOSITE_NAME && tells.length > 0)
  const silent = isTold ? [] : alarms.filter(({ state, tells }) => state !== 'MISSING' && tells.length === 0)
  const all = [
    ...own,
    ...(missing ? ['Those that are missing: bedrock-monitor alarms sync makes them.'] : []),
    ...(silent.length === 0 ? [] : [`Nobody is told of ${silent.map(({ name }) => name).join(', ')}.`]),
  ]
  return all.flatMap((text) =>
    wrap(clean(text), Math.min(out.width, MOST_COLUMNS) - 2).map((line, index) =>
      out.paint.dim(index === 0 ? line : `  ${line}`),
    ),
  )
}

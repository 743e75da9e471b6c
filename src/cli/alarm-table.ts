import type { ListedAlarm } from '../steps/alarm-list.ts'
import type { Output } from '../ui/output.ts'
import { clean, count, wrap } from '../ui/text.ts'

const MOST_COLUMNS = 110
const LEAST_COLUMNS = 40
const STATE_WORDS: Record<ListedAlarm['state'], string> = {
  OK: 'OK',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data',
  MISSING: 'missing',
}
const STATE_COLUMNS = 9

/** Every alarm with its state, what it watches and when it rings; under it, what these do not tell. */
export function printAlarms(out: Output, alarms: readonly ListedAlarm[], regions: readonly string[]): void {
  const layout = layoutOf(alarms, Math.max(LEAST_COLUMNS, Math.min(out.width, MOST_COLUMNS)))
  for (const region of regions) {
    if (regions.length > 1) out.line(out.paint.bold(region))
    for (const alarm of alarms.filter((each) => each.region === region)) printAlarm(out, alarm, layout)
  }
  out.line(`Alarms: ${summary(alarms)}.`)
}

interface Layout {
  columns: number
  name: number
  watches: number
  /** Whether what an alarm watches finds room beside its name. */
  oneLine: boolean
}

function layoutOf(alarms: readonly ListedAlarm[], columns: number): Layout {
  const widest = (textOf: (alarm: ListedAlarm) => string) =>
    Math.max(0, ...alarms.map((alarm) => clean(textOf(alarm)).length))
  const name = widest((alarm) => alarm.name)
  const watches = widest((alarm) => alarm.watches)
  const needed = STATE_COLUMNS + name + 2 + watches + 2 + widest((alarm) => alarm.rings)
  return { columns, name, watches, oneLine: needed <= columns }
}

function printAlarm(out: Output, alarm: ListedAlarm, { columns, name, watches, oneLine }: Layout): void {
  const { paint } = out
  const state = stateStyle(out, alarm)(STATE_WORDS[alarm.state].padEnd(STATE_COLUMNS - 2))
  const rings = out.unicode ? clean(alarm.rings) : clean(alarm.rings).replace('×', 'x')
  const what = `${clean(alarm.watches).padEnd(oneLine ? watches : 0)}  ${rings}`.trim()
  out.line(`${state}  ${oneLine ? `${clean(alarm.name).padEnd(name)}  ${what}`.trimEnd() : clean(alarm.name)}`)
  const details = [...(oneLine || what === '' ? [] : [what]), ...detailsOf(alarm)]
  for (const line of details.flatMap((text) => wrap(clean(text), columns - STATE_COLUMNS))) {
    out.line(paint.dim(' '.repeat(STATE_COLUMNS) + line))
  }
}

function stateStyle({ paint }: Output, { state }: ListedAlarm): (text: string) => string {
  if (state === 'ALARM') return paint.red
  return state === 'OK' ? paint.green : paint.yellow
}

function detailsOf({ state, since, reason, description, tells, changed }: ListedAlarm): string[] {
  if (state === 'MISSING') return [description, 'bedrock-monitor alarms sync makes it'].filter(Boolean)
  const times = [
    ...(since === null ? [] : [`since ${minute(since)}`]),
    ...(changed === null ? [] : [`changed ${minute(changed)}`]),
    ...(tells.length === 0 ? ['tells nobody by itself'] : []),
  ]
  // The first sentence says what stands above; the others, what is not covered.
  const more = description.split(/(?<=\.) (?=[A-Z])/).slice(1)
  return [...(state === 'ALARM' ? [reason] : []), more.join(' '), times.join(', ')].filter(Boolean)
}

/** `2026-11-23 10:15Z`. */
const minute = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')}Z`

function summary(alarms: readonly ListedAlarm[]): string {
  const of = (state: ListedAlarm['state']) => alarms.filter((alarm) => alarm.state === state).length
  const parts = [
    ...(of('ALARM') > 0 ? [`${of('ALARM')} ringing`] : []),
    ...(of('INSUFFICIENT_DATA') > 0 ? [`${of('INSUFFICIENT_DATA')} without data`] : []),
    ...(of('MISSING') > 0 ? [`${of('MISSING')} missing`] : []),
  ]
  return `${count(alarms.length, 'alarm')}, ${parts.length === 0 ? 'none ringing' : parts.join(', ')}`
}

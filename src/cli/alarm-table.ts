import type { ListedAlarm } from '../steps/alarm-list.ts'
import type { Output } from '../ui/output.ts'
import { clean, count, wrap } from '../ui/text.ts'

const MOST_COLUMNS = 110
const STATE_WORDS: Record<ListedAlarm['state'], string> = {
  OK: 'OK',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data',
  MISSING: 'missing',
}

/** Every alarm with its state, what it watches and when it rings; under it, what its name does not tell. */
export function printAlarms(out: Output, alarms: readonly ListedAlarm[], regions: readonly string[]): void {
  const { paint } = out
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))
  const name = widest(alarms.map((alarm) => (clean(alarm.name).length > 40 ? '' : clean(alarm.name))))
  const watches = widest(alarms.map((alarm) => clean(alarm.watches)))
  const columns = Math.max(40, Math.min(out.width, MOST_COLUMNS)) - 10
  for (const region of regions) {
    if (regions.length > 1) out.line(paint.bold(region))
    for (const alarm of alarms.filter((each) => each.region === region)) {
      const state = stateOf(out, alarm)(STATE_WORDS[alarm.state].padEnd(7))
      const what = [clean(alarm.name).padEnd(name), clean(alarm.watches).padEnd(watches), clean(alarm.rings)]
      out.line(`${state}  ${what.join('  ').trimEnd()}`)
      for (const line of detailsOf(alarm).flatMap((text) => wrap(clean(text), columns))) {
        out.line(paint.dim(`         ${line}`))
      }
    }
  }
  out.line(`Alarms: ${summary(alarms)}.`)
}

function stateOf({ paint }: Output, { state }: ListedAlarm): (text: string) => string {
  if (state === 'ALARM') return paint.red
  if (state === 'OK') return paint.green
  return paint.yellow
}

function detailsOf({ state, since, reason, description, tells, changed }: ListedAlarm): string[] {
  if (state === 'MISSING') return [description, 'bedrock-monitor alarms sync makes it'].filter(Boolean)
  const times = [
    ...(since === null ? [] : [`since ${minute(since)}`]),
    ...(changed === null ? [] : [`changed ${minute(changed)}`]),
  ]
  return [
    ...(state === 'ALARM' && reason !== '' ? [reason] : []),
    ...(description === '' ? [] : [description]),
    [...times, ...(tells.length === 0 ? ['tells nobody by itself'] : [])].join(', '),
  ].filter(Boolean)
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

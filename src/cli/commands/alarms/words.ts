import type { ListedAlarm } from '../../../steps/alarms/alarm-list.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import type { Tone } from '../../../text/table.ts'
import type { Output } from '../../../ui/output.ts'

export const STATE_WORDS: Record<ListedAlarm['state'], string> = {
  OK: 'OK',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data',
  MISSING: 'missing',
}

export function stateTone({ state }: ListedAlarm): Tone {
  if (state === 'ALARM') return 'bad'
  return state === 'OK' ? 'good' : 'unsure'
}

export const ringsText = ({ unicode }: Output, { rings }: ListedAlarm): string =>
  unicode ? plain(rings) : plain(rings).replace('×', 'x')

/** What an alarm does not cover. The first sentence of its description says what it watches, which stands elsewhere. */
export const notCovered = ({ description }: ListedAlarm): string =>
  description
    .split(/(?<=\.) (?=[A-Z])/)
    .slice(1)
    .join(' ')

/** `2026-11-23 10:15`, in UTC. */
export const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ')

/** "15 alarms, 1 ringing, 2 missing". */
export function summaryOf(alarms: readonly ListedAlarm[]): string {
  const of = (state: ListedAlarm['state']) => alarms.filter((alarm) => alarm.state === state).length
  const parts = [
    ...(of('ALARM') > 0 ? [`${of('ALARM')} ringing`] : []),
    ...(of('INSUFFICIENT_DATA') > 0 ? [`${of('INSUFFICIENT_DATA')} without data`] : []),
    ...(of('MISSING') > 0 ? [`${of('MISSING')} missing`] : []),
  ]
  return `${count(alarms.length, 'alarm')}, ${parts.length === 0 ? 'none ringing' : parts.join(', ')}`
}

import type { ListedAlarm } from '../../../steps/alarms/alarm-list.ts'
import { plain } from '../../../text/escape.ts'
import { toned } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { minute, notCovered, ringsText, STATE_WORDS, stateTone } from './words.ts'

const LEAST_COLUMNS = 40
const STATE_COLUMNS = 9

/** Alarms for a narrow terminal: its name, and below it what it watches, when it rings and what else there is to know. */
export function alarmLines(out: Output, alarms: readonly ListedAlarm[]): string[] {
  const room = Math.max(LEAST_COLUMNS, out.width) - STATE_COLUMNS
  return alarms.flatMap((alarm) => {
    const state = toned(out.paint, stateTone(alarm))(STATE_WORDS[alarm.state].padEnd(STATE_COLUMNS))
    const what = `${plain(alarm.watches)} ${ringsText(out, alarm)}`.trim()
    const details = [what, ...detailsOf(alarm)].filter((text) => text !== '').flatMap((text) => wrap(plain(text), room))
    return [
      `${state}${plain(alarm.name)}`,
      ...details.map((line) => out.paint.dim(`${' '.repeat(STATE_COLUMNS)}${line}`)),
    ]
  })
}

function detailsOf(alarm: ListedAlarm): string[] {
  const { state, since, reason, description, tells, changed } = alarm
  if (state === 'MISSING') return [description, 'bedrock-monitor alarms sync makes it']
  const times = [
    ...(since === null ? [] : [`since ${minute(since)}Z`]),
    ...(changed === null ? [] : [`changed ${minute(changed)}Z`]),
    ...(tells.length === 0 ? ['tells nobody by itself'] : []),
  ]
  return [...(state === 'ALARM' ? [reason] : []), notCovered(alarm), times.join(', ')]
}

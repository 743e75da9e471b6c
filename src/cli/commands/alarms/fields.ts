import type { ListedAlarm } from '../../../steps/alarms/alarm-list.ts'
import type { Tone } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Field } from '../listing.ts'

export type Listed = ListedAlarm & { account?: string }

const STATES: Readonly<Record<ListedAlarm['state'], { word: string; tone: Tone }>> = {
  OK: { word: 'OK', tone: 'good' },
  ALARM: { word: 'ALARM', tone: 'bad' },
  INSUFFICIENT_DATA: { word: 'no data', tone: 'unsure' },
  MISSING: { word: 'missing', tone: 'unsure' },
}

export const FIELDS: readonly Field<Listed>[] = [
  { name: 'name', of: ({ name }) => name, heading: 'Alarm', fold: wrapId },
  {
    name: 'state',
    of: ({ state }) => state,
    heading: 'State',
    cell: ({ state }) => STATES[state].word,
    tone: ({ state }) => STATES[state].tone,
  },
  { name: 'region', of: ({ region }) => region },
  { name: 'account', of: ({ account }) => account ?? '' },
  { name: 'watches', of: ({ watches }) => watches, heading: 'Watches', fold: wrap },
  { name: 'goes-off', of: ({ goesOff }) => goesOff, heading: 'Goes off', fold: wrap },
  {
    name: 'since',
    of: ({ since }) => since,
    heading: 'Since (UTC)',
    cell: ({ since }) => (since ?? '').slice(0, 16).replace('T', ' '),
  },
]

export const SHOWN = ['state', 'name', 'watches', 'goes-off', 'since']

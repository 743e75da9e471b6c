import type { AwsContext } from '../../aws/context.ts'
import type { Digest } from '../../core/digest.ts'
import { sourcesOf } from '../5-alarms.ts'
import { byRegion, type Env } from '../env.ts'
import { type AnyAlarm, alarmsNamed } from './alarm-calls.ts'
import { compositeWords, metricWords } from './alarm-words.ts'
import { COMPOSITE_NAME } from './composite-rule.ts'
import { QUOTA_ALARM_PREFIX } from './quota-alarms.ts'
import { commandIn, sentencesOf, withoutGuide } from './what-to-do.ts'

/** One of our alarms as it stands, or one that the settings ask for and that does not. */
export interface ListedAlarm {
  region: string
  name: string
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'MISSING'
  /** When it came into this state, ISO 8601 in UTC. */
  since: string | null
  /** CloudWatch's own words on why it is in this state. */
  reason: string
  /** What it looks at: "p99 of InvocationLatency". */
  watches: string
  /** When it goes off: "> 100,000 in 60 min". */
  goesOff: string
  /** Null for a band and for a composite alarm. */
  threshold: number | null
  description: string
  /** The ARNs of what it notifies when it goes off. None: it is silent, or its actions are disabled. */
  notifies: string[]
  /** When somebody last changed its settings, ISO 8601 in UTC. */
  changed: string | null
}

const PREFIX = 'Bedrock-'

/** Every alarm of ours in the environment's Regions, with its state: one call a Region for a hundred of them. */
export async function listAlarms(cx: AwsContext, env: Env): Promise<ListedAlarm[]> {
  const regions = byRegion(env).map(async (each) => {
    const sources = sourcesOf(each)
    const names = [...sources.map(({ name }) => name), COMPOSITE_NAME]
    const isOurs = (name: string) => names.includes(name) || name.startsWith(QUOTA_ALARM_PREFIX)
    const standing = await alarmsNamed(cx.in(each.region), PREFIX)
    const found = standing.filter(({ AlarmName = '' }) => isOurs(AlarmName))
    const missing = [
      ...sources.flatMap(({ define }) => define() ?? []),
      ...(env.settings.pageOnce ? [{ name: COMPOSITE_NAME, description: '' }] : []),
    ].filter(({ name }) => found.every(({ AlarmName }) => AlarmName !== name))
    const unknown = { since: null, reason: '', watches: '', goesOff: '', threshold: null, notifies: [], changed: null }
    return [
      ...found.map((alarm) => listed(each.region, alarm)),
      ...missing.map(
        ({ name, description }): ListedAlarm => ({
          region: each.region,
          name,
          state: 'MISSING',
          ...unknown,
          description,
        }),
      ),
    ].sort((a, b) => (a.name < b.name ? -1 : 1))
  })
  return (await Promise.all(regions)).flat()
}

/** Those in ALARM before the others. */
export function ringingFirst<Alarm extends Pick<ListedAlarm, 'state'>>(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort((a, b) => Number(b.state === 'ALARM') - Number(a.state === 'ALARM'))
}

export function listed(region: string, alarm: AnyAlarm): ListedAlarm {
  return {
    region,
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? null,
    reason: alarm.StateReason ?? '',
    ...('AlarmRule' in alarm ? compositeWords(alarm) : metricWords(alarm)),
    description: alarm.AlarmDescription ?? '',
    notifies: alarm.ActionsEnabled === false ? [] : [...(alarm.AlarmActions ?? [])].sort(),
    changed: alarm.AlarmConfigurationUpdatedTimestamp?.toISOString() ?? null,
  }
}

/** The alarms for whoever does not read them: which are in ALARM and why, and which do not exist. */
export function alarmDigest(
  alarms: readonly (ListedAlarm & { account?: string })[],
  { warnings, unread = [] }: { warnings: readonly { message: string }[]; unread?: readonly string[] },
): Digest {
  const off = alarms.filter(({ state }) => state === 'ALARM')
  const missing = alarms.filter(({ state }) => state === 'MISSING')
  const named = ({ name, region, account }: (typeof alarms)[number]) =>
    `${name} (${account === undefined ? '' : `${account}, `}${region})`
  const since = (time: string | null) => (time === null ? '' : `, since ${time.slice(0, 16).replace('T', ' ')} UTC`)
  // In our words where there are some, else in CloudWatch's: one sentence, since a message is read in seconds.
  const says = ({ description, reason, goesOff }: ListedAlarm) =>
    sentencesOf(withoutGuide(description))[0] || reason || goesOff
  const [first] = off
  // Of another account it would be run with the wrong credentials.
  const command = first && first.account === undefined ? commandIn(first.description) : undefined
  const said = [
    `${off.length || 'none'}${alarms.length > 0 ? ` of ${alarms.length}` : ''} in ALARM`,
    ...(missing.length > 0 ? [`${missing.length} missing`] : []),
  ]
  return {
    title: `Bedrock alarms: ${said.join(', ')}`,
    ok: off.length === 0 && unread.length === 0,
    lines: [
      ...off.map((alarm) => `${named(alarm)}${since(alarm.since)}: ${says(alarm)}`),
      ...unread,
      ...(missing.length > 0 ? [`Missing: ${missing.map(named).join(', ')}`] : []),
      ...warnings.map(({ message }) => message),
    ],
    // What rings comes before what is missing.
    next: command ?? `bedrock-monitor alarms${missing.length > 0 ? ' sync' : ''}`,
  }
}

import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { sourcesOf } from '../5-alarms.ts'
import { byRegion, type Env } from '../env.ts'
import { alarmsNamed } from './alarm-calls.ts'
import { compositeWords, metricWords } from './alarm-words.ts'
import { COMPOSITE_NAME } from './composite-rule.ts'
import { QUOTA_ALARM_PREFIX } from './quota-alarms.ts'

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
  /** Also what it does not cover. */
  description: string
  /** The ARNs of what it notifies when it goes off. None: it is silent, or its actions are disabled. */
  notifies: string[]
  /** When somebody last changed its settings, ISO 8601 in UTC. */
  changed: string | null
}

/** What the names of all alarms begin with. */
const PREFIX = 'Bedrock-'

/** Every alarm of ours in the environment's Regions, with its state: one call a Region for a hundred of them. */
export async function listAlarms(cx: AwsContext, env: Env): Promise<ListedAlarm[]> {
  const regions = await Promise.all(byRegion(env).map((each) => listRegion(cx.in(each.region), each)))
  return regions.flat()
}

async function listRegion(cx: AwsContext, env: Env): Promise<ListedAlarm[]> {
  const sources = sourcesOf(env)
  const names = [...sources.map(({ name }) => name), COMPOSITE_NAME]
  const isOurs = (name: string) => names.includes(name) || name.startsWith(QUOTA_ALARM_PREFIX)
  const found = (await alarmsNamed(cx, PREFIX)).filter(({ AlarmName = '' }) => isOurs(AlarmName))
  const asked = [
    ...sources.flatMap(({ define }) => define() ?? []),
    ...(env.settings.pageOnce ? [{ name: COMPOSITE_NAME, description: '' }] : []),
  ]
  const missing = asked.filter(({ name }) => found.every(({ AlarmName }) => AlarmName !== name))
  return [
    ...found.map((alarm) => listed(env.region, alarm)),
    ...missing.map(({ name, description }) => missed(env.region, name, description)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** How CloudWatch's own account of an alarm reads. Pure. */
export function listed(region: string, alarm: MetricAlarm | CompositeAlarm): ListedAlarm {
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

function missed(region: string, name: string, description: string): ListedAlarm {
  const unknown = { since: null, reason: '', watches: '', goesOff: '', threshold: null, notifies: [], changed: null }
  return { region, name, state: 'MISSING', ...unknown, description }
}

import type { Digest } from '../../core/digest.ts'
import { count } from '../../text/numbers.ts'
import type { ListedAlarm } from './alarm-list.ts'

/** The alarms for whoever does not read them: which are in ALARM and why, and which do not exist. */
export function alarmDigest(
  alarms: readonly (ListedAlarm & { account?: string })[],
  { warnings, unread = [] }: { warnings: readonly { message: string }[]; unread?: readonly string[] },
): Digest {
  const [off, missing] = (['ALARM', 'MISSING'] as const).map((state) => alarms.filter((one) => one.state === state))
  const named = ({ name, region, account }: (typeof alarms)[number]) =>
    `${name} (${account === undefined ? '' : `${account}, `}${region})`
  const said = [
    `${off?.length ?? 0} of ${count(alarms.length, 'alarm')} in ALARM`,
    ...(missing && missing.length > 0 ? [`${missing.length} missing`] : []),
  ]
  return {
    title: `Bedrock alarms: ${said.join(', ')}`,
    ok: off?.length === 0 && unread.length === 0,
    lines: [
      ...(off ?? []).map((alarm) => `${named(alarm)}: ${alarm.reason || alarm.rings}`),
      ...unread,
      ...(missing && missing.length > 0 ? [`Missing: ${missing.map(named).join(', ')}`] : []),
      ...warnings.map(({ message }) => message),
    ],
    next: missing && missing.length > 0 ? 'bedrock-monitor alarms sync' : 'bedrock-monitor alarms',
  }
}

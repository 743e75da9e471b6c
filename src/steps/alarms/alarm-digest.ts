import type { Digest } from '../../core/digest.ts'
import type { ListedAlarm } from './alarm-list.ts'
import { commandIn, sentencesOf, withoutGuide } from './what-to-do.ts'

/** The alarms for whoever does not read them: which are in ALARM and why, and which do not exist. */
export function alarmDigest(
  alarms: readonly (ListedAlarm & { account?: string })[],
  { warnings, unread = [] }: { warnings: readonly { message: string }[]; unread?: readonly string[] },
): Digest {
  const [off, missing] = (['ALARM', 'MISSING'] as const).map((state) => alarms.filter((one) => one.state === state))
  const named = ({ name, region, account }: (typeof alarms)[number]) =>
    `${name} (${account === undefined ? '' : `${account}, `}${region})`
  const said = [
    `${off?.length || 'none'}${alarms.length > 0 ? ` of ${alarms.length}` : ''} in ALARM`,
    ...(missing && missing.length > 0 ? [`${missing.length} missing`] : []),
  ]
  return {
    title: `Bedrock alarms: ${said.join(', ')}`,
    ok: off?.length === 0 && unread.length === 0,
    lines: [
      ...(off ?? []).map((alarm) => `${named(alarm)}${sinceOf(alarm)}: ${saysOf(alarm)}`),
      ...unread,
      ...(missing && missing.length > 0 ? [`Missing: ${missing.map(named).join(', ')}`] : []),
      ...warnings.map(({ message }) => message),
    ],
    next:
      missing && missing.length > 0 ? 'bedrock-monitor alarms sync' : (commandOf(off?.[0]) ?? 'bedrock-monitor alarms'),
  }
}

/** In our words where there are some, else in CloudWatch's: one sentence, since a message is read in seconds. */
function saysOf({ description, reason, goesOff }: ListedAlarm): string {
  return sentencesOf(withoutGuide(description))[0] || reason || goesOff
}

function sinceOf({ since }: ListedAlarm): string {
  return since === null ? '' : `, since ${since.slice(0, 16).replace('T', ' ')} UTC`
}

/** Of another account it would be run with the wrong credentials. */
function commandOf(alarm: (ListedAlarm & { account?: string }) | undefined): string | undefined {
  return alarm && alarm.account === undefined ? commandIn(alarm.description) : undefined
}

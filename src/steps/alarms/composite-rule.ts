import type { CompositeAlarm } from '@aws-sdk/client-cloudwatch'
import { type Env, topicArn } from '../env.ts'

export const COMPOSITE_NAME = 'Bedrock-AnyAlarm'

/** The rule that rings as long as any of these alarms does. */
export const anyOf = (names: readonly string[]) => names.map((name) => `ALARM("${name}")`).join(' OR ')

const TERM = /\bALARM\(\s*"?([^")]+?)"?\s*\)/g

/** Whether a rule rings as long as any of these alarms does and for nothing else, however it is spelt. */
export function isAnyOf(names: readonly string[], rule = ''): boolean {
  const rest = rule
    .replaceAll(TERM, 'ALARM')
    .replaceAll(/[()\s]+/g, ' ')
    .trim()
  return /^ALARM( OR ALARM)*$/.test(rest) && [...new Set(alarmsIn(rule))].sort().join() === [...names].sort().join()
}

/** The alarms that a rule of ours is about. */
export function alarmsIn(rule = ''): string[] {
  return [...rule.matchAll(TERM)].flatMap(([, name]) => name ?? [])
}

/** A rule with alarms taken for quiet; of nothing but those, it is one that never rings. */
export function withoutAlarms(names: readonly string[], rule = ''): string {
  const others = rule.replaceAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)/g, (term, name: string) =>
    names.includes(name) ? 'FALSE' : term,
  )
  return /^FALSE( OR FALSE)*$/.test(others) ? 'FALSE' : others
}

/** Whether our composite alarm is among these, rings whenever an alarm does, and tells of it. */
export function isToldFor(env: Env, name: string, composites: readonly CompositeAlarm[]): boolean {
  const ours = composites.find(({ AlarmName }) => AlarmName === COMPOSITE_NAME)
  const names = alarmsIn(ours?.AlarmRule)
  const tells = ours?.ActionsEnabled !== false && ours?.AlarmActions?.includes(topicArn(env)) === true
  return tells && names.includes(name) && isAnyOf([...new Set(names)], ours.AlarmRule)
}

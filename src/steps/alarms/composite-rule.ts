import type { CompositeAlarm } from '@aws-sdk/client-cloudwatch'
import { type Env, topicArn } from '../env.ts'

export const COMPOSITE_NAME = 'Bedrock-AnyAlarm'

export const anyOf = (names: readonly string[]) => names.map((name) => `ALARM("${name}")`).join(' OR ')

/** What we put behind a rule of somebody's, with his in front; the FALSE tells it from anything that he would write. */
const ADDED = /^\(([\s\S]*)\) OR \(FALSE OR (ALARM\("[^"]+"\)(?: OR ALARM\("[^"]+"\))*)\)$/

export function addedTo(theirs: string, names: readonly string[]): string {
  return names.length === 0 ? theirs : `(${theirs}) OR (FALSE OR ${anyOf(names)})`
}

/** Somebody's rule without ours: as it was before they were added, or as he has changed it since. */
export function theirsOf(rule = ''): string {
  return ADDED.exec(rule)?.[1] ?? rule.replace(/ OR \(FALSE OR ALARM\("[^"]+"\)(?: OR ALARM\("[^"]+"\))*\)/g, '')
}

/** The alarms that go off with a rule for certain: those of a rule of ours, or of what was added to somebody's. */
function alwaysIn(rule = ''): string[] {
  const names = alarmsIn(ADDED.exec(rule)?.[2] ?? rule)
  return ADDED.test(rule) || isAnyOf([...new Set(names)], rule) ? names : []
}

const TERM = /\bALARM\(\s*"?([^")]+?)"?\s*\)/g

/** Whether a rule is in ALARM as long as any of these alarms is, and for nothing else, however it is spelt. */
export function isAnyOf(names: readonly string[], rule = ''): boolean {
  const rest = rule
    .replaceAll(TERM, 'ALARM')
    .replaceAll(/[()\s]+/g, ' ')
    .trim()
  return /^ALARM( OR ALARM)*$/.test(rest) && [...new Set(alarmsIn(rule))].sort().join() === [...names].sort().join()
}

export function alarmsIn(rule = ''): string[] {
  return [...rule.matchAll(TERM)].flatMap(([, name]) => name ?? [])
}

/** Whether our composite alarm is among these, goes off whenever an alarm does, and tells of it. */
export function isToldFor(env: Env, name: string, composites: readonly CompositeAlarm[]): boolean {
  const ours = composites.find(({ AlarmName }) => AlarmName === COMPOSITE_NAME)
  const tells = ours?.ActionsEnabled !== false && ours?.AlarmActions?.includes(topicArn(env)) === true
  return tells && alwaysIn(ours.AlarmRule).includes(name)
}

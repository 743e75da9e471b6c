import { OF_A_STACK } from '../../aws/ownership.ts'
import type { ChangeReportResource } from '../../core/change-report.ts'
import { namesOf } from '../../core/resource.ts'
import { flagOf, thresholdAlarm } from '../../steps/alarms/threshold-alarms.ts'
import type { Facts, RegionFacts } from '../facts.ts'
import { type Check, type Finding, odd, wrong } from '../finding.ts'

/** Differences that have a finding of their own, which says what follows from them. */
const TOLD_APART: ReadonlyMap<string, readonly string[]> = new Map([
  ['alarm', ['actionsEnabled']],
  ['sns-topic', ['policy']],
])

export const resources: Check = {
  title: 'everything that setup makes is there and as it was made',
  applies: (facts) => facts.resources.length > 0,
  find: ({ resources, concerns: known, regions }) => {
    const all = resources.filter((resource) => !isNotInUse(resource, regions))
    if (all.length > 0 && isNotSetUp(all)) return [notSetUp(all)]
    const cures = new Map(known.map(({ message, hint }) => [message, hint]))
    cures.set(OF_A_STACK.because, OF_A_STACK.hint)
    const readable = all.filter(({ error }) => !error)
    return [...unreadable(all), ...readable.flatMap((resource) => findingOf(resource, cures) ?? [])]
  },
}

/** A place for logs that is missing, and to which no Region's logging leads: others have theirs, which are looked at. */
function isNotInUse({ type, name, action, region }: ChangeReportResource, regions: readonly RegionFacts[]): boolean {
  if (action !== 'create') return false
  const own = regions.filter((one) => region === 'global' || one.region === region)
  return (
    own.length > 0 &&
    own.every(({ logging, ours }) => {
      if (!logging) return false
      if (type === 'iam-role') return logging.role !== ours.role
      if (type === 'log-group') return logging.logGroup !== name
      return type === 's3-bucket' && logging.bucket !== name
    })
  )
}

export const concerns: Check = {
  title: 'nothing stands in the way of its use or removal',
  applies: (facts) => facts.resources.length > 0,
  find: ({ concerns: all }) =>
    all.map(({ message, hint, stops }) =>
      (stops === 'apply' ? wrong : odd)('resource-limited', message, STOPPED[stops ?? 'nothing'], hint),
    ),
}

const STOPPED = {
  adopt: 'setup uses it only when told to, with --adopt',
  apply: 'setup cannot use it',
  remove: 'cleanup cannot remove it',
  nothing: 'something that is expected of it does not work',
} as const

/** Nothing of it stands: that is one finding, not one for each thing. */
export function isNotSetUp(all: readonly ChangeReportResource[]): boolean {
  return all.every(({ action, error }) => action === 'create' && !error)
}

/** The resources of a type in a Region that differ from what setup makes in one of these settings. */
export function differs(facts: Facts, type: string, region: string, ...paths: string[]): ChangeReportResource[] {
  return facts.resources.filter(
    (resource) =>
      resource.type === type &&
      (resource.region === region || resource.region === 'global') &&
      resource.changes.some(({ path }) => paths.includes(topOf(path))),
  )
}

/** The member of the state that a difference is in. */
const topOf = (path: string) => path.split('.')[0] ?? ''

function notSetUp(all: readonly ChangeReportResource[]): Finding {
  const regions = [...new Set(all.map(({ region }) => region))].filter((region) => region !== 'global')
  const why = 'without it there are metrics, and no invocation log, dashboard or alarm'
  const title = `the monitoring is not set up in ${regions.join(', ')}`
  return wrong('not-set-up', title, why, `bedrock-monitor setup --region ${regions.join(',')}`)
}

/** One finding for each cause: what keeps one alarm from being read mostly keeps all of them. */
function unreadable(all: readonly ChangeReportResource[]): Finding[] {
  const byCause = new Map<string, ChangeReportResource[]>()
  for (const resource of all) {
    const { error } = resource
    if (error) byCause.set(error.message, [...(byCause.get(error.message) ?? []), resource])
  }
  return [...byCause].flatMap(([message, [first, ...more]]) => {
    if (!first) return []
    const what = namesOf([first, ...more])
    const why = `nothing is known of ${more.length === 0 ? 'it' : 'them'}`
    const fix = first.error?.hint ?? setupOf(first)
    return wrong('resource-unreadable', `${what} cannot be read: ${message}`, why, fix)
  })
}

/** `cures` by the reasons why things are in the way: setup alone does not get around those. */
function findingOf(resource: ChangeReportResource, cures: ReadonlyMap<string, string>): Finding | undefined {
  const { type, name, action } = resource
  const what = `${type} ${name}`
  const fix = setupOf(resource)
  // What logging that is not ours means is told by the checks of logging.
  if (type === 'invocation-logging') return undefined
  if (action === 'create') return wrong('resource-missing', `${what} is missing`, whyOf(resource), fix)
  if (action === 'blocked') {
    const title = `${what} is not ours: ${resource.reason ?? 'it serves another purpose'}`
    return wrong('resource-not-ours', title, whyOf(resource), cures.get(resource.reason ?? '') ?? fix)
  }
  const apart = TOLD_APART.get(type) ?? []
  const paths = resource.changes.map(({ path }) => path).filter((path) => !apart.includes(topOf(path)))
  if (action !== 'update' || paths.length === 0) return undefined
  const title = `${what} is not as setup makes it: ${paths.join(', ')}`
  return wrong('resource-differs', title, whyOf(resource), fix)
}

const WHY: ReadonlyMap<string, string> = new Map([
  [
    'iam-role',
    'Bedrock writes the log to CloudWatch with it; without it nothing is logged there, and Bedrock does not say so',
  ],
  ['s3-bucket', 'Bedrock writes the log to it, and does not say so when it cannot'],
  ['log-group', 'Bedrock writes the log to it, and does not say so when it cannot'],
  ['dashboard', 'it is where people look first'],
  ['sns-topic', 'alarms reach people through it'],
  ['alarm', 'it goes off before the bill arrives'],
  ['composite-alarm', 'with --page-once it alone notifies, and the other alarms notify nobody by themselves'],
  ['budget', "it warns of a month's spend before the bill arrives"],
])

function whyOf({ type, name }: ChangeReportResource): string {
  const threshold = type === 'alarm' && thresholdAlarm(name)?.threshold
  if (threshold) return `it is the ${threshold.describe} (--${flagOf(threshold)})`
  return WHY.get(type) ?? 'the monitoring is incomplete without it'
}

export function setupOf({ step, region }: { step: string; region: string }): string {
  return `bedrock-monitor setup --only ${step}${region === 'global' ? '' : ` --region ${region}`}`
}

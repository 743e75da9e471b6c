import type { ChangeReportResource } from '../../core/change-report.ts'
import { namesOf } from '../../core/resource.ts'
import { grouped } from '../../report/arrange.ts'
import { thresholdAlarm } from '../../steps/alarms/threshold-alarms.ts'
import { flagOf } from '../../steps/alarms/what-to-do.ts'
import { type Check, type Finding, note, odd, wrong } from '../finding.ts'
import type { Facts } from '../gather/gather.ts'
import type { RegionFacts } from '../gather/region.ts'

/** Differences that have a finding of their own, which says what follows from them. */
const TOLD_APART: ReadonlyMap<string, readonly string[]> = new Map([
  ['alarm', ['actionsEnabled']],
  ['sns-topic', ['policy']],
])

export const resources: Check = {
  title: 'everything that setup creates exists and is unchanged',
  applies: (facts) => facts.resources.length > 0,
  find: ({ resources, cures, regions, unaskedLakes }) => {
    const found = resources.filter((resource) => !isNotInUse(resource, regions))
    if (found.length > 0 && isNotSetUp(found)) return [notSetUp(found)]
    const bare = bareRegions(found)
    const [without = [], all = []] = [true, false].map((is) => found.filter(({ region }) => bare.has(region) === is))
    const readable = all.filter(({ error }) => !error)
    const alike = grouped(readable, (one) =>
      one.type === 'alarm' && one.action === 'create' ? setupOf(one) : `${one.region} ${one.type} ${one.name}`,
    )
    const findings = [...alike.values()].flatMap((some) => {
      const [first, ...more] = some
      if (more.length === 0) return findingOf(first, cures) ?? []
      // What creates one alarm of a Region creates all of them.
      const names = some.map(({ name }) => name).join(', ')
      return wrong('resource-missing', `${some.length} alarms are missing`, names, setupOf(first))
    })
    const lakes = unaskedLakes && note('lake-not-checked', unaskedLakes, NOT_KNOWN, 'bedrock-monitor doctor --lake')
    return [...(bare.size > 0 ? [notSetUp(without)] : []), ...unreadable(all), ...findings, ...(lakes ? [lakes] : [])]
  },
}

const NOT_KNOWN = 'whether its database, table, workgroup and results are as setup creates them is not known'

/** A place for logs that is missing, and to which no Region's logging leads: others have theirs, which are looked at. */
function isNotInUse(
  { step, type, name, action, region }: ChangeReportResource,
  regions: readonly RegionFacts[],
): boolean {
  if (action !== 'create') return false
  const own = regions.filter((one) => region === 'global' || one.region === region)
  return (
    own.length > 0 &&
    own.every(({ logging, ours }) => {
      if (!logging) return false
      if (type === 'iam-role') return logging.role !== ours.role
      if (type === 'log-group') return logging.logGroup !== name
      return type === 's3-bucket' && step === '2' && logging.bucket !== name
    })
  )
}

export const concerns: Check = {
  title: 'nothing prevents using or removing the resources',
  applies: (facts) => facts.resources.length > 0,
  find: ({ concerns: all }) =>
    all.map(({ message, hint, stops }) =>
      (stops === 'apply' ? wrong : odd)('resource-limited', message, STOPPED[stops ?? 'nothing'], hint),
    ),
}

export const lakes: Check = {
  title: 'the table of Athena answers queries',
  applies: ({ regions }) => regions.some(({ lake }) => lake),
  find: ({ regions }) =>
    regions.flatMap(({ region, lake }) => {
      if (!lake?.failure) return []
      const { message, hint } = lake.failure
      const why = 'report --source athena and query --engine athena fail'
      const title = `${lake.name} in ${region} does not answer: ${message}`
      return [wrong('lake-broken', title, why, hint ?? setupOf({ step: '2c', region }))]
    }),
}

const STOPPED = {
  adopt: 'setup uses it only with --adopt',
  apply: 'setup cannot use it',
  remove: 'cleanup cannot remove it',
  nothing: 'it does not work as expected',
} as const

/** Nothing of it stands: that is one finding, not one for each thing. */
export function isNotSetUp(all: readonly ChangeReportResource[]): boolean {
  return all.every(({ action, error }) => action === 'create' && !error)
}

/** Regions in which nothing stands, whatever the account has once for all of them. */
export function bareRegions(all: readonly ChangeReportResource[]): ReadonlySet<string> {
  const byRegion = grouped(all, ({ region }) => region)
  byRegion.delete('global')
  return new Set([...byRegion].flatMap(([region, own]) => (isNotSetUp(own) ? [region] : [])))
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

const topOf = (path: string) => path.split('.')[0] ?? ''

function notSetUp(all: readonly ChangeReportResource[]): Finding {
  const regions = [...new Set(all.map(({ region }) => region))].filter((region) => region !== 'global')
  const why = 'there are metrics, but no invocation log, dashboard or alarms'
  const title = `the monitoring is not set up in ${regions.join(', ')}`
  return wrong('not-set-up', title, why, `bedrock-monitor setup --region ${regions.join(',')}`)
}

/** One finding for each cause: what keeps one alarm from being read mostly keeps all of them. */
function unreadable(all: readonly ChangeReportResource[]): Finding[] {
  const failed = all.filter(({ error }) => error)
  return [...grouped(failed, ({ error }) => error?.message ?? '')].map(([message, some]) => {
    const [first, ...more] = some
    const why = `${more.length === 0 ? 'it was' : 'they were'} not checked`
    const fix = first.error?.hint ?? setupOf(first)
    return wrong('resource-unreadable', `${namesOf(some)} cannot be read: ${message}`, why, fix)
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
  const title = `${what} differs from what setup creates: ${paths.join(', ')}`
  return wrong('resource-differs', title, whyOf(resource), fix)
}

const WHY: ReadonlyMap<string, string> = new Map([
  [
    'iam-role',
    'Bedrock uses it to write the log to CloudWatch; without it, nothing is logged there, and there is no error',
  ],
  ['s3-bucket', 'Bedrock writes the log to it; if that fails, there is no error'],
  ['billing-export', 'AWS delivers the bill through it, with callers'],
  ['glue-database', 'the table of the log is in it'],
  ['glue-table', 'Athena reads the log through it'],
  ['athena-workgroup', 'it limits what a query of Athena may scan, and where its results go'],
  ['log-group', 'Bedrock writes the log to it; if that fails, there is no error'],
  ['dashboard', 'people look here first'],
  ['sns-topic', 'alarms notify people through it'],
  ['alarm', 'it goes off before the bill arrives'],
  ['composite-alarm', 'with --page-once, only this alarm sends notifications'],
  ['budget', "it notifies of the month's spend before the bill arrives"],
])

function whyOf({ type, name }: ChangeReportResource): string {
  const threshold = type === 'alarm' && thresholdAlarm(name)?.threshold
  if (threshold) return `--${flagOf(threshold)}: ${threshold.describe}`
  return WHY.get(type) ?? 'the monitoring is incomplete without it'
}

export function setupOf({ step, region }: { step: string; region: string }): string {
  return `bedrock-monitor setup --only ${step}${region === 'global' ? '' : ` --region ${region}`}`
}

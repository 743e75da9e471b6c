import { type Check, type Finding, odd, wrong } from '../finding.ts'
import type { LoggingFacts } from '../gather/destinations.ts'
import type { Facts } from '../gather/gather.ts'
import type { RegionFacts } from '../gather/region.ts'
import { bareRegions, isNotSetUp } from './resources.ts'

export const rights: Check = {
  title: 'the caller has all permissions',
  applies: ({ rights: { missing, unknown } }) => missing.length > 0 || unknown === undefined,
  find: ({ caller, rights: { missing } }) => {
    const listOf = (isChanging: boolean) =>
      missing
        .filter(({ changing }) => changing === isChanging)
        .map(({ action, resource, why }) => `${action} on ${resource} (${why})`)
        .join('; ')
    const [looking, changing] = [listOf(false), listOf(true)]
    const toLook = 'attach the policies that bedrock-monitor permissions status, report and doctor print'
    const toChange = 'attach the policies that bedrock-monitor permissions setup and cleanup print'
    const cannotLook = `${caller} cannot read everything: ${looking}`
    const cannotChange = `${caller} cannot run setup or cleanup: ${changing}`
    return [
      ...(looking
        ? [wrong('rights-missing', cannotLook, 'status, report and doctor fail or are incomplete', toLook)]
        : []),
      ...(changing
        ? [odd('rights-to-change-missing', cannotChange, 'somebody else has to, which may be intended', toChange)]
        : []),
    ]
  },
}

/** What nobody can tell is no fault, and no proof of health either. */
export const unread: Check = {
  title: 'everything could be checked',
  applies: () => true,
  // What could not be seen of the bill is told where the bill is.
  sawAll: ({ bill }) => bill === undefined || (Array.isArray(bill.exports) && Array.isArray(bill.tags)),
  find: ({ rights: { unknown }, unread: parts }) => [
    ...(unknown === undefined ? [] : [notChecked("the caller's permissions", unknown, SIMULATE)]),
    ...parts.map(({ what, why, incomplete }) =>
      incomplete
        ? { ...notChecked(what, why, 'run bedrock-monitor doctor again'), code: INCOMPLETE }
        : notChecked(what, why),
    ),
  ],
}

/** The code of what AWS did not tell all of: it decides the exit code. */
export const INCOMPLETE = 'metrics-incomplete'

const SIMULATE = 'sign in as an IAM user or role that may call iam:SimulatePrincipalPolicy on itself'
const ALLOW = 'attach the policy that bedrock-monitor permissions doctor prints'

function notChecked(what: string, why: string, fix = ALLOW) {
  const reason = 'there may be problems that are not in this list'
  return odd('not-checked', `${what} could not be checked: ${why}`, reason, fix)
}

export const loggingOn: Check = {
  title: 'invocation logging is on, to the log group and the bucket',
  applies: (facts) => !isNotSetUp(facts.resources) && setUpIn(facts).some(({ logging }) => logging !== undefined),
  sawAll: (facts) => setUpIn(facts).length === facts.regions.length,
  find: (facts) => setUpIn(facts).flatMap(loggingFindings),
}

/** Of the others it is said once that they have no monitoring. */
function setUpIn({ regions, resources }: Facts): RegionFacts[] {
  const bare = bareRegions(resources)
  return regions.filter(({ region }) => !bare.has(region))
}

function loggingFindings({ region, logging, ours }: RegionFacts): Finding[] {
  if (logging === undefined) return []
  const mend = `bedrock-monitor setup --region ${region}`
  const why = 'calls that are not logged are lost: no identities, no requests, no report from logs'
  if (logging === null) {
    const title = `invocation logging is off in ${region}`
    return [wrong('logging-off', title, why, mend)]
  }
  const { logGroup, bucket, role } = logging
  const isOurs = logGroup === ours.logGroup || bucket === ours.bucket || role === ours.role
  if (!isOurs) {
    const title = `invocation logging in ${region} is not ours: it goes to ${[logGroup, bucket].filter(Boolean).join(' and ')}`
    return [wrong('logging-elsewhere', title, ELSEWHERE, readThere(region, logging))]
  }
  const findings: Finding[] = []
  // What leads to another place in part is somebody's, too.
  const isTheirs = logGroup !== ours.logGroup || bucket !== ours.bucket || role !== ours.role
  const fix = isTheirs ? readThere(region, logging) : `${mend} --only logging`
  const note = (code: string, title: string, reason = why) => findings.push(wrong(code, title, reason, fix))
  if (logGroup !== ours.logGroup) note('logging-group', `logging in ${region} goes to ${named('log group', logGroup)}`)
  else if (role !== ours.role) note('logging-role', `logging in ${region} uses ${named('role', role)}`, ROLE)
  if (bucket !== ours.bucket) note('logging-bucket', `logging in ${region} goes to ${named('bucket', bucket)}`)
  if (ours.text && !logging.text) {
    note('logging-without-text', `logging in ${region} leaves out the bodies`, 'the log has latency only in the bodies')
  }
  return findings
}

/** Somebody wants it so: it can be read where it is, and is replaced only by whoever decides to. */
function readThere(region: string, { logGroup }: LoggingFacts): string {
  const read = `bedrock-monitor report --source ${logGroup === undefined ? 's3' : 'logs'} --region ${region}`
  return `${read} reads it there. To replace it: bedrock-monitor setup --region ${region} --replace-logging`
}

const ELSEWHERE = 'a Region has only one logging configuration, so the resources of setup get no records'
const ROLE = 'its permissions are not managed by setup and not checked by status'

function named(kind: string, name: string | undefined): string {
  return name === undefined ? `no ${kind}` : `another ${kind}, ${name}`
}

const DROPPED = 'Bedrock drops records that it cannot deliver, and calls still succeed'

/** The configuration may point at the right places while these are gone, or do not let Bedrock in. */
export const destinations: Check = {
  title: 'role, log group and bucket let Bedrock write',
  applies: ({ regions }) => regions.some(({ logging }) => logging),
  find: ({ regions, resources }) =>
    regions.flatMap(({ region, logging, ours }) => {
      if (!logging) return []
      const changed = resources.filter(
        ({ type, name, action, changes, region: where }) =>
          (where === region || where === 'global') &&
          ((type === 'iam-role' && logging.role === ours.role && name === ours.role.split('/').at(-1)) ||
            (type === 'log-group' && logging.logGroup === name) ||
            (type === 's3-bucket' && logging.bucket === name)) &&
          (action === 'create' || changes.some(({ path }) => /^(policy|trust)\b/.test(path))),
      )
      const broken = (what: string, fix: string) =>
        wrong('delivery-broken', `logging in ${region} depends on ${what}`, DROPPED, fix)
      const again = `bedrock-monitor setup --region ${region}`
      return [
        ...changed.map(({ type, name, action }) => {
          const why = action === 'create' ? 'which is gone' : 'whose policy has been changed'
          return broken(`${type} ${name}, ${why}`, `${again} --only iam,storage,logging`)
        }),
        ...(logging.gone ?? []).map((what) =>
          broken(`${what}, which is gone`, `create it again, or replace the configuration: ${again} --replace-logging`),
        ),
      ]
    }),
}

import { partitionOf } from '../../aws/partitions.ts'
import type { Grant, Permissions } from '../../core/resource.ts'
import { QUERIES } from '../../report/queries/catalog.ts'
import { athena } from '../../report/sources/athena/index.ts'
import { SOURCES } from '../../report/sources/index.ts'
import { logs, RETENTION_GRANT } from '../../report/sources/logs/index.ts'
import { metrics } from '../../report/sources/metrics/index.ts'
import { budgetArn, type Env, exportArns, logGroupArn, topicArn } from '../env.ts'
import { notifiedTopicGrants } from '../notify/notifications.ts'
import { savedInLake, savedQueries } from '../queries/saved-queries.ts'
import { EVERY_REGION_GRANTS } from '../regions.ts'
import type { Settings } from '../settings.ts'
import { allSteps, resourcesOf } from '../steps.ts'
import { QUOTA_GRANTS, quotaGrants } from '../use/quotas.ts'
import { IN_USE_GRANTS, PROFILE_GRANTS } from '../use/read-in-use.ts'
import { keyGrants, publishGrants } from './key-policy.ts'
import { MANAGED_POLICY_LIMIT, type PolicyDocument, policyLength, policyOf } from './permissions-policy.ts'
import { preflightGrants } from './preflight.ts'
import { PURPOSES, type Purpose } from './purposes.ts'

export interface PolicyScope {
  /** `*` for a policy that is good in any account; also what a template has in place of the account. */
  accountId: string
  /** Of one partition, at least one. */
  regions: readonly string[]
  /** Every Region of the partition of `regions`, also those that are yet to come. */
  everyRegion: boolean
  settings: Settings
  /** An account that is worked in through a role: what is linked to it is not read. */
  isMember?: boolean
  /** ARNs of topics to which results are sent. */
  topics?: readonly string[]
}

/** Where naming each Region would make it too long for a managed policy, it is for every Region; and then without Sids. */
export function permissionsPolicy(scope: PolicyScope, purpose: Purpose | 'reader'): PolicyDocument {
  const of = (regions: readonly string[]) =>
    policyOf([
      ...regions.flatMap((region) => placesOf(scope, region)).flatMap((env) => grantsFor(env, purpose)),
      ...publishGrants(scope.topics ?? [], scope.settings),
    ])
  const wide = () => of([`${partitionOf(scope.regions[0] ?? '').prefix}*`])
  const fits = (policy: PolicyDocument) => policyLength(policy) <= MANAGED_POLICY_LIMIT
  const exact = scope.everyRegion ? wide() : of(scope.regions)
  const policy = fits(exact) || scope.regions.length === 1 ? exact : wide()
  return fits(policy) ? policy : { ...policy, Statement: policy.Statement.map(({ Sid: _, ...statement }) => statement) }
}

/** A Region's bucket has the plain name or one that ends in the Region: which, shows when it is made. */
function placesOf({ accountId, settings, isMember = false }: PolicyScope, region: string): Env[] {
  const env = { accountId, region, regions: [region], settings, readsLinked: !isMember }
  return [
    { ...env, homeRegion: region },
    { ...env, homeRegion: undefined },
  ]
}

/** All that a purpose's commands ask AWS for. `setup` can also show the status. sts:GetCallerIdentity needs no right. */
export function grantsFor(env: Env, purpose: Purpose | 'reader'): Grant[] {
  const all = (...purposes: Purpose[]) => purposes.flatMap((each) => grantsFor(env, each))
  // Prices know no resource. Who may not read the list gets the bundled prices, and a warning.
  const { hasPriceList, hasBudgets } = partitionOf(env.region)
  const priceList = hasPriceList ? [{ actions: ['pricing:GetProducts'], resources: ['*'] }] : []
  const declared = (kind: keyof Permissions) =>
    resourcesOf(allSteps(env)).flatMap((resource) => resource.permissions()[kind])
  const reading = (sources: readonly { grants(env: Env): readonly Grant[] }[]) => [
    ...EVERY_REGION_GRANTS,
    ...sources.flatMap((source) => source.grants(env)),
    ...PROFILE_GRANTS,
    ...priceList,
  ]
  switch (purpose) {
    case 'status':
      return [
        ...declared('read'),
        ...IN_USE_GRANTS,
        ...priceList,
        ...quotaGrants(env, 'read'),
        ...notifiedTopicGrants(env),
      ]
    case 'setup':
      return [
        ...all('status'),
        ...declared('write'),
        ...quotaGrants(env, 'write'),
        ...keyGrants(env, purpose),
        ...preflightGrants(env),
      ]
    case 'cleanup':
      return [
        ...declared('read'),
        ...declared('remove'),
        ...quotaGrants(env, 'remove'),
        ...keyGrants(env, purpose),
        ...preflightGrants(env),
      ]
    case 'report':
      return [...reading(SOURCES), ...PROFILE_TAG_GRANTS, ...QUOTA_GRANTS, ...keyGrants(env, purpose)]
    case 'reconcile':
      return [...reading(SOURCES), ...keyGrants(env, purpose)]
    case 'exporter':
      // Metrics and budget, and the invocation log where callers are told, too. It reads less than a day.
      return [
        ...reading([metrics, logs]).filter((grant) => grant !== RETENTION_GRANT),
        ...(hasBudgets ? [{ actions: ['budgets:ViewBudget'], resources: [budgetArn(env)] }] : []),
        ...QUOTA_GRANTS,
        ...PROFILE_TAG_GRANTS,
      ]
    case 'query':
      return [...reading(QUERIED), ...savingGrants(env), ...keyGrants(env, purpose)]
    case 'reader':
      return [...all('status', 'report', 'exporter', 'doctor'), ...reading(QUERIED)]
    case 'mcp':
      return all('report', 'reconcile', 'doctor')
    case 'doctor':
      return [...declared('read'), ...preflightGrants(env), ...doctorGrants(env), ...priceList]
    case 'all':
      return all(...PURPOSES.filter((each) => each !== 'all'))
  }
}

const QUERIED = [logs, athena]

function savingGrants(env: Env): Grant[] {
  const saving = savedQueries(env, new Map(QUERIES.map(({ name }) => [name, name])))
  const ofQueries = (grant: Grant) => ({ ...grant, actions: grant.actions.filter((name) => /NamedQuery$/.test(name)) })
  const inLake = env.settings.lake ? savedInLake(env).map((resource) => resource.permissions()) : []
  return [
    ...saving.map((resource) => resource.permissions()).flatMap(({ read, write }) => [...read, ...write]),
    ...inLake.flatMap(({ read, write }) => [...read, ...write.map(ofQueries)]),
  ]
}

/** Telling use apart by the tags of application inference profiles, others' that are shared with the account included. */
const PROFILE_TAG_GRANTS: readonly Grant[] = [{ actions: ['bedrock:ListTagsForResource'], resources: ['*'] }]

function doctorGrants(env: Env): Grant[] {
  const group = logGroupArn(env)
  const bill = [
    { actions: ['bcm-data-exports:ListExports', 'ce:ListCostAllocationTags'], resources: ['*'] },
    { actions: ['bcm-data-exports:GetExport'], resources: [exportArns(env, '*')] },
  ]
  return [
    ...(partitionOf(env.region).hasDataExports ? bill : []),
    ...athena.grants(env),
    { actions: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], resources: ['*'] },
    { actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] },
    { actions: ['bedrock:ListInferenceProfiles', 'bedrock:GetInferenceProfile'], resources: ['*'] },
    { actions: ['logs:StartQuery'], resources: [group, `${group}:*`] },
    { actions: ['logs:GetQueryResults', 'logs:StopQuery'], resources: ['*'] },
    { actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'], resources: [topicArn(env)] },
  ]
}

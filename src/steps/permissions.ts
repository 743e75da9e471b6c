import type { Grant, Permissions } from '../core/resource.ts'
import { doctorGrants } from '../doctor/permissions.ts'
import { bucketArn, type Env, logGroupArn } from './env.ts'
import { preflightGrants } from './preflight.ts'
import { allSteps, resourcesOf } from './steps.ts'

/** Whom a policy is for: whoever runs these commands. */
export const PURPOSES = ['setup', 'status', 'report', 'cleanup', 'doctor', 'all'] as const
export type Purpose = (typeof PURPOSES)[number]

/**
 * Everything that a purpose's commands ask AWS for, in the environment's account and Regions. `setup` can also show the
 * status. sts:GetCallerIdentity needs no right.
 */
export function grantsFor(env: Env, purpose: Purpose): Grant[] {
  switch (purpose) {
    case 'status':
      return declared(env, 'read')
    case 'setup':
      return [...declared(env, 'read'), ...declared(env, 'write'), ...preflightGrants(env)]
    case 'cleanup':
      return [...declared(env, 'read'), ...declared(env, 'remove'), ...preflightGrants(env)]
    case 'report':
      return reportGrants(env)
    case 'doctor':
      return [...declared(env, 'read'), ...preflightGrants(env), ...doctorGrants(env)]
    case 'all':
      return PURPOSES.flatMap((each) => (each === 'all' ? [] : grantsFor(env, each)))
  }
}

function declared(env: Env, kind: keyof Permissions): Grant[] {
  return resourcesOf(allSteps(env)).flatMap((resource) => resource.permissions()[kind])
}

/** What the report's sources read, and the price list. Metrics, queries under way, profiles and prices know no resource. */
function reportGrants(env: Env): Grant[] {
  const group = logGroupArn(env)
  return [
    { actions: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], resources: ['*'] },
    { actions: ['bedrock:ListInferenceProfiles', 'bedrock:GetInferenceProfile'], resources: ['*'] },
    { actions: ['logs:StartQuery'], resources: [group, `${group}:*`] },
    { actions: ['logs:GetQueryResults', 'logs:StopQuery'], resources: ['*'] },
    { actions: ['s3:ListBucket'], resources: [bucketArn(env)] },
    { actions: ['s3:GetObject'], resources: [`${bucketArn(env)}/${env.settings.keyPrefix}/*`] },
    { actions: ['pricing:GetProducts'], resources: ['*'] },
  ]
}

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { allows, type Policy } from '../../../src/sandbox/services/policy.ts'
import { type PolicyScope, permissionsPolicy } from '../../../src/steps/permissions/permissions.ts'
import type { SessionPurpose } from '../../../src/steps/permissions/permissions-policy.ts'
import { PURPOSES } from '../../../src/steps/permissions/purposes.ts'
import { SESSION_POLICY_LIMIT, sessionPolicy } from '../../../src/steps/permissions/session-policy.ts'
import { settingsOf } from '../../../src/steps/resolve-settings.ts'
import type { Settings } from '../../../src/steps/settings.ts'

const ACCOUNT = '200000000001'
const ELSEWHERE = '999999999999'
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555551`
/** `all` and `mcp` are policies of several commands, each of which opens sessions of its own. */
const IN_ACCOUNTS = PURPOSES.filter((purpose) => purpose !== 'all' && purpose !== 'mcp')

function scopeOf(regions: readonly string[], given: Partial<Settings> = {}, everyRegion = false): PolicyScope {
  return { accountId: ACCOUNT, regions, everyRegion, settings: settingsOf(given), isMember: true }
}

const policyOf = (scope: PolicyScope, purpose: SessionPurpose) => JSON.parse(sessionPolicy(scope, purpose)) as Policy

/** Every action on every thing that the commands of a purpose need, as IAM is asked for it. */
function needed(scope: PolicyScope, purpose: SessionPurpose) {
  return permissionsPolicy(scope, purpose).Statement.flatMap(({ Action, Resource, Condition }) => {
    const keys = Object.entries(Condition ?? {}).flatMap(([, values]) => Object.entries(values))
    const context = Object.fromEntries(keys.map(([key, value]) => [key, String([value].flat()[0])]))
    return Action.flatMap((action) =>
      Resource.map((resource) => ({
        action,
        resource: resource === '*' ? '*' : resource.replaceAll('*', 'some'),
        context,
      })),
    )
  })
}

const regions = fc.subarray(['us-east-1', 'eu-west-1', 'ap-southeast-1', 'sa-east-1'], { minLength: 1 })
const given = fc.record(
  {
    alarms: fc.constantFrom('minimal', 'standard', 'strict'),
    budgetUsd: fc.constantFrom(0, 50),
    roleName: fc.constantFrom('OurLogging', 'R'.repeat(64)),
    bucketName: fc.constantFrom('logs-of-ours', 'b'.repeat(63)),
    logGroupName: fc.constantFrom('/aws/bedrock/modelinvocations', `/x/${'y'.repeat(400)}`),
    topicName: fc.constantFrom('alerts', 't'.repeat(256)),
    lake: fc.boolean(),
    billingExport: fc.boolean(),
    email: fc.constantFrom('', 'ops@example.com'),
    bucketKmsKey: fc.constantFrom('', KEY),
    logGroupKmsKey: fc.constantFrom('', KEY.replace(/1$/, '2')),
    topicKmsKey: fc.constantFrom('', KEY.replace(/1$/, '3')),
  },
  { requiredKeys: [] },
)

test.each(IN_ACCOUNTS)('%s: fits, and lets through all that its commands need', (purpose) => {
  fc.assert(
    fc.property(regions, given, fc.boolean(), (some, settings, everyRegion) => {
      const scope = scopeOf(some, settings as Partial<Settings>, everyRegion)
      expect(sessionPolicy(scope, purpose).length).toBeLessThanOrEqual(SESSION_POLICY_LIMIT)
      const policy = policyOf(scope, purpose)
      expect(needed(scope, purpose).filter((request) => !allows([policy], request))).toEqual([])
    }),
    { numRuns: 30 },
  )
})

describe.each(IN_ACCOUNTS)('%s, with every option', (purpose) => {
  const scope = scopeOf(['us-east-1', 'eu-west-1'], {
    alarms: 'strict',
    budgetUsd: 50,
    email: 'ops@example.com',
    billingExport: true,
    lake: true,
  })
  const policy = policyOf(scope, purpose)
  const things = needed(scope, purpose).filter(({ resource }) => resource !== '*')

  test('is for this account alone', () => {
    expect(things.length).toBeGreaterThan(0)
    const there = things
      .filter(({ resource }) => resource.includes(ACCOUNT))
      .map((request) => ({ ...request, resource: request.resource.replaceAll(ACCOUNT, ELSEWHERE) }))
    expect(there.length).toBeGreaterThan(0)
    const open = there.filter((request) => allows([policy], request))
    // A bucket is anybody's by its ARN: its account is a condition where there is room for one.
    expect(open.filter(({ action }) => !action.startsWith('s3:'))).toEqual([])
    if (!['setup', 'cleanup'].includes(purpose))
      expect(open.filter(({ context }) => !('aws:ResourceAccount' in context))).toEqual([])
  })

  test('allows no action that its commands do not need', () => {
    const actions = [policy.Statement].flat().flatMap(({ Action = [] }) => Action)
    const asked = permissionsPolicy(scope, purpose).Statement.flatMap(({ Action }) => Action)
    // Where there is no room for each, what tells how buckets and roles are set stands together, and then kinds of things.
    const patterns = actions.filter((action) => action.includes('*'))
    for (const pattern of patterns)
      expect(pattern).toMatch(
        /^(?:(?:s3|iam):Get|s3:(?:DeleteObject|ListBucket|Put)|(?:athena|bcm-data-exports|bedrock|cloudwatch|glue):\*[A-Z])/,
      )
    const told = (action: string) =>
      patterns.find((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action)) ?? action
    expect(new Set(actions)).toEqual(new Set(asked.map(told)))
  })

  test('leaves things of other names alone where it can', () => {
    const others = things
      .filter(({ action, resource }) => /^(cloudwatch|sns|budgets):/.test(action) && resource.includes(ACCOUNT))
      .map(({ resource, ...request }) => ({ ...request, resource: resource.replace(/[^:/]+$/, 'theirs') }))
    const open = others.filter((request) => allows([policy], request))
    if (!['setup', 'cleanup'].includes(purpose)) expect(open).toEqual([])
  })
})

test('names are kept as long as they fit, and patterns are no wider than they have to be', () => {
  const report = scopeOf(['us-east-1'])
  const { Statement } = permissionsPolicy(report, 'report')
  expect([policyOf(report, 'report').Statement].flat()).toEqual(Statement.map(({ Sid: _, ...each }) => each))
  const resources = (purpose: SessionPurpose) =>
    [policyOf(scopeOf(['us-east-1', 'eu-west-1']), purpose).Statement].flat().flatMap(({ Resource = [] }) => Resource)
  for (const purpose of ['status', 'setup'] as const)
    expect(resources(purpose)).toContain(`arn:aws:cloudwatch:*:${ACCOUNT}:alarm:Bedrock-*`)
})

import { PutCompositeAlarmCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { TagResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import { TagRoleCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketTaggingCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { inventory } from '../support/inventory.ts'
import { arrange } from '../support/prior-state.ts'
import { errorOf, inWorld, type World, writingCalls } from '../support/world.ts'

const bucketOf = ({ env }: World) => `bedrock-logs-${env.accountId}`

const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `his-${n}`, Value: 'x' }))

async function bucketWithTags(world: World, count: number): Promise<void> {
  const { s3 } = world.cx.aws
  const Bucket = bucketOf(world)
  await s3.send(new CreateBucketCommand({ Bucket }))
  const block = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }))
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags(count) } }))
}

async function tagGroup({ cx, env }: World, count: number): Promise<void> {
  const resourceArn = `arn:aws:logs:${env.region}:${env.accountId}:log-group:${env.settings.logGroupName}`
  const map = Object.fromEntries(tags(count).map(({ Key, Value }) => [Key, Value]))
  await cx.aws.logs.send(new TagResourceCommand({ resourceArn, tags: map }))
}

/** Denies what Bedrock needs to write its log, in a policy of somebody's own name. */
async function denyLogs(world: World): Promise<void> {
  await arrange(world, { scripted: ['role'], foreignLogging: false })
  const Statement = [{ Sid: 'No', Effect: 'Deny', Action: 'logs:Put*', Resource: '*' }]
  const role = world.sandbox.services.iam.roles.get(world.env.settings.roleName)
  role.policies.set('TheirGuard', JSON.stringify({ Version: '2012-10-17', Statement }))
}

const watching = {
  Namespace: 'AWS/Bedrock',
  MetricName: 'InvocationLatency',
  Statistic: 'Average',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
} as const

const fiveTopics = ({ env }: World) => [1, 2, 3, 4, 5].map((n) => `arn:aws:sns:${env.region}:${env.accountId}:his-${n}`)

const HINDRANCES: Record<string, [(world: World) => Promise<unknown>, string]> = {
  'a composite alarm of the name of a metric alarm': [
    ({ cx }) =>
      cx.aws.cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Bedrock-HighLatency', AlarmRule: 'FALSE' })),
    'a composite alarm has the name Bedrock-HighLatency',
  ],
  'a metric alarm of the name of the composite alarm': [
    ({ cx }) => cx.aws.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'Bedrock-AnyAlarm', ...watching })),
    'a metric alarm has the name Bedrock-AnyAlarm',
  ],
  'an alarm with five actions': [
    (world) => {
      const AlarmActions = fiveTopics(world)
      const put = { AlarmName: 'Bedrock-HighLatency', ...watching, AlarmActions, OKActions: AlarmActions }
      return world.cx.aws.cloudwatch.send(new PutMetricAlarmCommand(put))
    },
    'has 5 actions',
  ],
  'a composite alarm with five actions': [
    (world) => {
      const put = { AlarmName: 'Bedrock-AnyAlarm', AlarmRule: 'FALSE', AlarmActions: fiveTopics(world) }
      return world.cx.aws.cloudwatch.send(new PutCompositeAlarmCommand(put))
    },
    'has 5 actions',
  ],
  'a role with another policy that denies to write logs': [denyLogs, 'policy TheirGuard, statement No'],
  'a bucket with 49 tags': [
    (world) => bucketWithTags(world, 49),
    'no room for our tags: with 2 of ours there would be 51',
  ],
  'a role with 48 tags': [
    async (world) => {
      await arrange(world, { scripted: ['role'], foreignLogging: false })
      await world.cx.aws.iam.send(new TagRoleCommand({ RoleName: world.env.settings.roleName, Tags: tags(48) }))
    },
    'no room for our tags: with 3 of ours there would be 51',
  ],
  'a log group with 49 tags': [
    async (world) => {
      await arrange(world, { scripted: ['log-group'], foreignLogging: false })
      await tagGroup(world, 49)
    },
    'no room for our tags: with 2 of ours there would be 51',
  ],
  'an alarm with 47 tags': [
    async ({ cx }) => {
      await cx.aws.cloudwatch.send(
        new PutMetricAlarmCommand({ AlarmName: 'Bedrock-HighLatency', ...watching, Tags: tags(47) }),
      )
    },
    'no room for our tags: with 4 of ours there would be 51',
  ],
  'a composite alarm with 47 tags': [
    ({ cx }) =>
      cx.aws.cloudwatch.send(
        new PutCompositeAlarmCommand({ AlarmName: 'Bedrock-AnyAlarm', AlarmRule: 'FALSE', Tags: tags(47) }),
      ),
    'no room for our tags: with 4 of ours there would be 51',
  ],
  'a bucket without room for the logging configuration that is to be kept': [
    async (world) => {
      await bucketWithTags(world, 48)
      await arrange(world, { scripted: [], foreignLogging: true })
    },
    'have no room to keep',
  ],
  'a log group without that room': [
    async (world) => {
      await arrange(world, { scripted: ['log-group'], foreignLogging: true })
      await tagGroup(world, 48)
    },
    'have no room to keep',
  ],
}

describe('what AWS would refuse is known before the first write', () => {
  test.each(Object.keys(HINDRANCES))('%s', (name) =>
    // Where the composite alarm tells for the others, nothing is added to them.
    inWorld({ settings: { pageOnce: !name.startsWith('an alarm') } }, async (world) => {
      const [make, said] = HINDRANCES[name] ?? []
      await make?.(world)
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const { report, error } = await world.setup({ replaceLogging: true, adopt: true })
      expect(error?.kind).toBe('blocked')
      expect(report.resources.flatMap(({ reason }) => reason ?? []).join()).toContain(said)
      expect(writingCalls(world)).toEqual([])
      await errorOf(world.cleanup({ includeAdopted: name.includes('name of') }))
      expect(await inventory(world.cx)).toEqual(before)
    }),
  )

  test('a bucket whose tags may not be set is left without a statement of ours', () =>
    inWorld({}, async (world) => {
      await bucketWithTags(world, 0)
      const before = (await inventory(world.cx)).buckets
      world.sandbox.faults.push({ kind: 'access-denied', service: 's3', operation: 'PutBucketTagging', count: 9 })
      expect((await world.setup({ only: ['2'] })).error).toBeDefined()
      expect((await inventory(world.cx)).buckets).toEqual(before)
    }))
})

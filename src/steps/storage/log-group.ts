import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { keyAsItStands } from '../../aws/canonical.ts'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { adoptionKeys, createOnce, OF_A_STACK, ourKeys, tagMapFor, tagsOf, whose } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { type Concern, concernsIn, type Resource, wantedState } from '../../core/resource.ts'
import { bytes, count } from '../../text/numbers.ts'
import { type Env, logGroupArn } from '../env.ts'

type LogGroupState = ReturnType<typeof stateOf>

function stateOf(found: LogGroup) {
  return {
    /** Undefined: events never expire. */
    retentionDays: found.retentionInDays,
    kmsKey: found.kmsKeyId,
    /** STANDARD, INFREQUENT_ACCESS or DELIVERY; set at creation for good. */
    logClass: found.logGroupClass ?? 'STANDARD',
    isProtected: found.deletionProtectionEnabled ?? false,
    /** Milliseconds since the epoch. */
    createdAt: found.creationTime,
    /** Compressed, as CloudWatch last counted them. */
    storedBytes: found.storedBytes,
  }
}

const GONE = 'ResourceNotFoundException'
const DAY_MS = 86_400_000

/** Where Bedrock writes the invocation log for CloudWatch. */
export function logGroup(env: Env): Resource<LogGroupState, AwsContext> {
  const { logGroupName, retentionDays, logGroupKmsKey } = env.settings
  // The tagging calls take the ARN without the `:*` that DescribeLogGroups puts behind it.
  const resourceArn = logGroupArn(env)
  const grant = (...actions: string[]) => [{ actions, resources: [resourceArn, `${resourceArn}:*`] }]

  const tagsIn = async ({ aws }: AwsContext) =>
    tagsOf((await aws.logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags)

  // A key that the group already has stays: encryption is never weakened.
  const desired = (have?: LogGroupState): LogGroupState => ({
    ...(have ?? stateOf({})),
    retentionDays,
    kmsKey: logGroupKmsKey === '' ? have?.kmsKey : keyAsItStands(have?.kmsKey, logGroupKmsKey),
  })

  return {
    step: '2b',
    type: 'log-group',
    name: logGroupName,
    region: env.region,
    holdsData: true,
    summary: ({ retentionDays: days }) =>
      `keeps events ${days === undefined ? 'for ever' : `for ${count(days, 'day')}`}`,
    holds: ({ storedBytes }) => (storedBytes === undefined ? undefined : `${bytes(storedBytes)} stored`),
    known: ['logClass', 'isProtected', 'createdAt', 'storedBytes'],
    foreign: OF_A_STACK,
    desired,
    marks: adoptionKeys,
    concerns: (have) => concernsOf(logGroupName, have),

    losses({ retentionDays: from = Number.POSITIVE_INFINITY, createdAt = 0 }, { retentionDays: to = from }, now) {
      // Of a group that is younger than what is kept, nothing is old enough to go.
      if (to >= from || now - createdAt < to * DAY_MS) return undefined
      const before = from === Number.POSITIVE_INFINITY ? 'for ever' : `for ${from} days`
      return `log group ${logGroupName} keeps events ${before}; with ${to} days, CloudWatch Logs deletes those that are older`
    },

    template: (want, Tags) => [
      {
        type: 'AWS::Logs::LogGroup',
        id: logGroupName,
        properties: {
          LogGroupName: logGroupName,
          LogGroupClass: want.logClass,
          RetentionInDays: want.retentionDays,
          KmsKeyId: want.kmsKey,
          Tags,
        },
      },
    ],

    permissions: () => ({
      read: [
        // By the service authorization reference it knows no resource.
        { actions: ['logs:DescribeLogGroups'], resources: ['*'] },
        ...grant('logs:ListTagsForResource'),
      ],
      write: grant(
        'logs:CreateLogGroup',
        'logs:PutRetentionPolicy',
        'logs:TagResource',
        ...(logGroupKmsKey === '' ? [] : ['logs:AssociateKmsKey']),
      ),
      remove: grant('logs:DeleteLogGroup', 'logs:UntagResource'),
    }),

    async read(cx) {
      const found = await findLogGroup(cx, logGroupName)
      return found && { state: stateOf(found), owner: async () => whose(await tagsIn(cx)) }
    },

    async write(cx, have) {
      const { aws } = cx
      const { kmsKey, retentionDays } = wantedState(this, have)
      if (!have) {
        const tags = tagMapFor(undefined)
        const create = new CreateLogGroupCommand({ logGroupName, tags, kmsKeyId: kmsKey })
        await createOnce(aws.logs.send(create), () => this.read(cx), 'ResourceAlreadyExistsException')
      } else if (have.state.kmsKey !== kmsKey) {
        await aws.logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: kmsKey }))
      }
      if (have?.state.retentionDays !== retentionDays) {
        await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: retentionDays }))
      }
      if (have?.owner === 'unmarked') {
        await aws.logs.send(new TagResourceCommand({ resourceArn, tags: tagMapFor(have.owner, have.tagKeys) }))
      }
    },

    async release(cx) {
      await cx.aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ourKeys(await tagsIn(cx)) }))
    },

    async remove({ aws }) {
      await orUndefined(aws.logs.send(new DeleteLogGroupCommand({ logGroupName })), GONE)
    },
  }
}

function concernsOf(group: string, { logClass, isProtected }: LogGroupState): Concern[] {
  const name = `log group ${group}`
  const elsewhere = 'pass --log-group-name with another name'
  const isDelivery = logClass === 'DELIVERY'
  const silent = `${name} is of the class DELIVERY, which keeps events for two days and cannot be queried`
  const isSeldom = logClass === 'INFREQUENT_ACCESS'
  const seldom = `${name} is of the class INFREQUENT_ACCESS: live tail, metric filters and some commands of Logs Insights do not work on it`
  const unlock = `aws logs put-log-group-deletion-protection --log-group-identifier ${group} --no-deletion-protection-enabled, or pass --keep-data`
  return concernsIn(
    ['log-group-class', isDelivery, silent, elsewhere, 'apply'],
    ['log-group-class', isSeldom, seldom, `${elsewhere} for all of them`],
    ['log-group-protected', isProtected, `${name} has deletion protection on`, unlock, 'remove'],
  )
}

/** DescribeLogGroups finds names by how they begin, so that other groups may come first. */
export async function findLogGroup({ aws }: AwsContext, name: string): Promise<LogGroup | undefined> {
  const all = await allOf(aws.logs, DescribeLogGroupsCommand, { logGroupNamePrefix: name }, 'logGroups')
  return all.find(({ logGroupName }) => logGroupName === name)
}

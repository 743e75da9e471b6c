import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { keyAsItStands } from '../../aws/canonical.ts'
import type { AwsContext } from '../../aws/context.ts'
import { createOnce } from '../../aws/create.ts'
import { orUndefined } from '../../aws/errors.ts'
import { ownerOf, tagMapFor } from '../../aws/ownership.ts'
import { pagesOf } from '../../aws/pages.ts'
import type { Resource } from '../../core/resource.ts'
import { type Env, logGroupArn } from '../env.ts'

interface LogGroupState {
  /** Undefined: events never expire. */
  retentionDays: number | undefined
  kmsKey: string | undefined
}

const GONE = 'ResourceNotFoundException'

/** Where Bedrock writes the invocation log for CloudWatch. */
export function logGroup(env: Env): Resource<LogGroupState, AwsContext> {
  const { logGroupName, retentionDays, logGroupKmsKey } = env.settings
  // The tagging calls take the ARN without the `:*` that DescribeLogGroups puts behind it.
  const resourceArn = logGroupArn(env)
  const grant = (...actions: string[]) => [{ actions, resources: [resourceArn, `${resourceArn}:*`] }]

  // A key that the group already has stays: encryption is never weakened.
  const desired = (have?: LogGroupState) => ({
    retentionDays,
    kmsKey: logGroupKmsKey === '' ? have?.kmsKey : keyAsItStands(have?.kmsKey, logGroupKmsKey),
  })

  return {
    step: '2b',
    type: 'log-group',
    name: logGroupName,
    region: env.region,
    holdsData: true,
    needs: [],
    desired,

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
      remove: grant('logs:DeleteLogGroup'),
    }),

    async read({ aws }) {
      const found = await findLogGroup(aws.logs, logGroupName)
      return (
        found && {
          state: { retentionDays: found.retentionInDays, kmsKey: found.kmsKeyId },
          async owner() {
            const { tags = {} } = await aws.logs.send(new ListTagsForResourceCommand({ resourceArn }))
            return ownerOf(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })))
          },
        }
      )
    },

    async write(cx, have) {
      const { aws } = cx
      const { kmsKey } = desired(have?.state)
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
        await aws.logs.send(new TagResourceCommand({ resourceArn, tags: tagMapFor(have.owner) }))
      }
    },

    async remove({ aws }) {
      await orUndefined(aws.logs.send(new DeleteLogGroupCommand({ logGroupName })), GONE)
    },
  }
}

/** DescribeLogGroups finds names by how they begin, so that other groups may come first. */
async function findLogGroup(logs: AwsContext['aws']['logs'], name: string): Promise<LogGroup | undefined> {
  const ask = (nextToken: string | undefined) =>
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, nextToken }))
  for await (const { logGroups = [] } of pagesOf(ask, (page) => page.nextToken)) {
    const found = logGroups.find(({ logGroupName }) => logGroupName === name)
    if (found) return found
  }
  return undefined
}

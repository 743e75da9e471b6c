import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { arnOf } from '../../arn.ts'
import { AwsFault, type Call } from '../../service.ts'
import { page } from '../../state.ts'
import { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import { groupExists, groupOf, invalidParameter, type LogGroup, type LogGroups, type SharedGroups } from './store.ts'

const PAGE = 50
const pairsOf = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
const tooManyTags = () => new AwsFault('TooManyTagsException', 'Too many tags: a resource has 50 at most', 400)
/** "Possible values" of PutRetentionPolicy, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

export function groupOperations(
  groupsOf: (region: string) => LogGroups,
  shared: SharedGroups,
): Operations<CloudWatchLogs> {
  const at = (name: string | undefined, { region }: Call) => groupOf(groupsOf(region), name)
  return {
    CreateLogGroup: (input, call) => {
      const { logGroupName: name = '', tags = {}, kmsKeyId, logGroupClass = 'STANDARD' } = input
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalidParameter(`Invalid log group name: '${name}'`)
      const groups = groupsOf(call.region)
      if (groups.has(name)) throw groupExists()
      groups.set(name, {
        name,
        created: call.now,
        arn: arnOf('logs', call, `log-group:${name}`),
        logGroupClass,
        ...(kmsKeyId !== undefined && { kmsKeyId }),
        retentionDays: undefined,
        tags: new Tags(pairsOf(tags), tooManyTags),
        streams: new Map(),
      })
    },
    AssociateKmsKey: ({ logGroupName, kmsKeyId = '' }, call) => {
      at(logGroupName, call).kmsKeyId = kmsKeyId
    },
    DescribeLogGroups: (input, call) => {
      const { logGroupNamePrefix = '', nextToken, limit = PAGE, includeLinkedAccounts = false } = input
      const others = includeLinkedAccounts ? shared(call.account, call.region).values() : []
      const found = [groupsOf(call.region), ...others]
        .flatMap((groups) => [...groups.values()])
        .filter(({ name }) => name.startsWith(logGroupNamePrefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const { items, next } = page(found, nextToken, Math.min(limit, PAGE))
      return { logGroups: items.map(describeGroup), nextToken: next }
    },
    DeleteLogGroup: ({ logGroupName }, call) => {
      groupsOf(call.region).delete(at(logGroupName, call).name)
    },
    PutRetentionPolicy: ({ logGroupName, retentionInDays }, call) => {
      if (!RETENTIONS.includes(retentionInDays ?? 0)) {
        throw invalidParameter(
          `Invalid retention value: ${retentionInDays}. It must be one of ${RETENTIONS.join(', ')}.`,
        )
      }
      at(logGroupName, call).retentionDays = retentionInDays
    },
    TagResource: ({ resourceArn, tags = {} }, call) => {
      at(taggedArn(resourceArn), call).tags.add(pairsOf(tags))
    },
    UntagResource: ({ resourceArn, tagKeys }, call) => at(taggedArn(resourceArn), call).tags.remove(tagKeys),
    ListTagsForResource: ({ resourceArn }, call) => {
      const tags = at(taggedArn(resourceArn), call).tags.list()
      return { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }
    },
  }
}

function describeGroup(group: LogGroup): object {
  return {
    logGroupName: group.name,
    creationTime: group.created,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    storedBytes: [...group.streams.values()].reduce((total, { bytes }) => total + bytes, 0),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.logGroupClass,
    logGroupArn: group.arn,
  }
}

/** The tagging operations take a group's ARN without the `:*` that DescribeLogGroups has at the end of `arn`. */
function taggedArn(arn: string | undefined): string {
  if (arn?.startsWith('arn:') && !arn.endsWith(':*')) return arn
  throw invalidParameter(`Invalid resource ARN: '${arn}'`)
}

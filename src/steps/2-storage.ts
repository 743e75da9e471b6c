import type { AwsContext } from '../aws/context.ts'
import { bucketNameOf } from '../aws/log-bucket.ts'
import type { Step } from '../core/resource.ts'
import { bucketArn, byRegion, type Env } from './env.ts'
import { bucket } from './storage/bucket.ts'
import { type BucketUse, bucketNamed, deliveredTo } from './storage/bucket-use.ts'
import { logGroup } from './storage/log-group.ts'

/** Steps 2 and 2b: the two places in each Region that Bedrock writes its invocation log to. */
export function storage(env: Env): Step<AwsContext>[] {
  return [
    {
      id: '2',
      name: 'storage',
      title: 'bucket for the invocation log',
      resources: byRegion(env).map((each) => bucket(logBucket(each))),
    },
    { id: '2b', name: 'storage', title: 'log group for the invocation log', resources: byRegion(env).map(logGroup) },
  ]
}

const OWN_FOLDER = 'bedrock-monitor/'

/** Below its folder: records by hour, large bodies by request (`data/ID_output_media_01.png`); and its check's mark. */
const HOUR = '[a-z0-9-]+/\\d{4}/(0\\d|1[0-2])/[0-3]\\d/[0-2]\\d'
const RECORDS = '\\d{8}T\\d{6,9}Z_[0-9a-f]{8,}\\.json(\\.gz)?'
const BODY = 'data/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_(input|output)[._][^/]+'
const DELIVERED = new RegExp(`^${HOUR}/(${RECORDS}|${BODY})$`)
const MARK = /(^|\/)amazon-bedrock-logs-permission-check[^/]*$/

export function logBucket(env: Env): BucketUse {
  const { accountId, region, settings } = env
  const { keyPrefix, lifecycleDays: days, noncurrentDays: oldDays } = settings
  const below = `AWSLogs/${accountId}/BedrockModelInvocationLogs/`
  const path = `${keyPrefix === '' ? '' : `${keyPrefix}/`}${below}`
  const prefix = keyPrefix === '' ? path : `${keyPrefix}/`
  const such = `${path}${region}/2026/01/01/00/20260101T000000000Z_0.json.gz`
  const own = bucketNamed(env, { name: bucketNameOf(env), region, prefix, days, oldDays })
  const folder = (key: string) => {
    if (key.startsWith(OWN_FOLDER)) return OWN_FOLDER
    // Under any prefix: an earlier setup may have had another one. The mark of Bedrock's check lies in the folder, too.
    const at = `/${key}`.indexOf(`/${below}`)
    return at < 0 ? undefined : key.slice(0, at + below.length)
  }
  return {
    ...own,
    ...deliveredTo(own.arn, { Sid: 'BedrockMonitorLogsWrite', where: `${path}*`, such }, env, 'bedrock', '*'),
    step: '2',
    kmsKey: settings.bucketKmsKey,
    nameFlag: '--bucket-name',
    writer: 'Bedrock',
    looks: [
      {
        actions: ['s3:GetBucketLocation'],
        resources: [undefined, region].map((homeRegion) => bucketArn({ ...env, homeRegion })),
      },
    ],
    folder,
    isOwn(key) {
      const within = folder(key)
      const rest = key.slice(within?.length)
      return within !== undefined && (within === OWN_FOLDER || DELIVERED.test(rest) || MARK.test(rest))
    },
  }
}

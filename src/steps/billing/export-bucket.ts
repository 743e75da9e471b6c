import { arn } from '../../aws/partitions.ts'
import { otherRegionsSetUp } from '../1-iam.ts'
import { BILLING_REGION, type Env, onBehalfOf, roleArn, sourceOf } from '../env.ts'
import { LIFECYCLE_RULE } from '../storage/bucket-state.ts'
import type { BucketUse } from '../storage/bucket-use.ts'

const DATA_EXPORTS = 'bcm-data-exports.amazonaws.com'

/** The folder of the bucket in which each export has one of its own. */
export const EXPORT_FOLDER = 'cur'

/** What AWS puts at the root of a bucket to find out whether it may: the policy has to be for all of it. */
const MARK = 'aws-programmatic-access-test-object'

/** Files and manifests by billing period; with versions kept, a folder for each run. */
const DELIVERED = /^(data|metadata)\/BILLING_PERIOD=\d{4}-(0[1-9]|1[0-2])\/([\w.:+-]+\/)?[\w.-]+$/

export const billingBucketName = ({ accountId, settings }: Env): string =>
  settings.billingBucketName || `bedrock-billing-${accountId}`

/** Where AWS delivers the bill. It is the account's: it stands in one Region, and outlives all but the last that is set up. */
export function exportBucket(env: Env): BucketUse {
  const name = billingBucketName(env)
  const bucketArn = arn(env, 's3', '', '', name)
  const behalf = [env, 'bcm-data-exports', 'export/*', BILLING_REGION] as const
  // Another export may deliver here, too. One of ours that was made anew has a number behind its name.
  const base = env.settings.billingExportName.replace(/-\d+$/, '')
  const folders = new RegExp(`^${EXPORT_FOLDER}/${base}(-\\d+)?/`)
  const folder = (key: string) => folders.exec(key)?.[0]
  return {
    env,
    step: '2d',
    name,
    region: BILLING_REGION,
    arn: bucketArn,
    target: { Bucket: name, ExpectedBucketOwner: env.accountId },
    // A key of the log's Region is of no use here.
    kmsKey: '',
    nameFlag: '--billing-bucket-name',
    writer: 'AWS Data Exports',
    delivery: {
      Sid: 'BedrockMonitorBillWrite',
      Effect: 'Allow',
      Principal: { Service: [DATA_EXPORTS] },
      Action: ['s3:PutObject'],
      Resource: [`${bucketArn}/*`],
      Condition: onBehalfOf(...behalf),
    },
    request: {
      services: [DATA_EXPORTS],
      action: 's3:PutObject',
      resource: `${bucketArn}/${MARK}`,
      context: { ...sourceOf(...behalf), 'aws:securetransport': 'true', 'aws:principalisawsservice': 'true' },
    },
    // A bill is kept for ever: what AWS has replaced by a later one is not.
    lifecycle: {
      ID: LIFECYCLE_RULE,
      Status: 'Enabled',
      Filter: { Prefix: `${EXPORT_FOLDER}/` },
      NoncurrentVersionExpiration: { NoncurrentDays: env.settings.noncurrentDays },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    looks: [{ actions: ['iam:GetRole'], resources: [roleArn(env)] }],
    wanted: env.settings.billingExport,
    otherRegions: (cx) => otherRegionsSetUp(cx, env),
    folder,
    isOwn(key) {
      const own = folder(key)
      return key === MARK || (own !== undefined && DELIVERED.test(key.slice(own.length)))
    },
  }
}

import { otherRegionsSetUp } from '../1-iam.ts'
import { BILLING_REGION, type Env, roleArn } from '../env.ts'
import { type BucketUse, bucketNamed, deliveredTo } from '../storage/bucket-use.ts'

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
  // A bill is kept for ever: what AWS has replaced by a later one is not.
  const [region, prefix, oldDays] = [BILLING_REGION, `${EXPORT_FOLDER}/`, env.settings.noncurrentDays]
  const own = bucketNamed(env, { name: billingBucketName(env), region, prefix, oldDays })
  const delivery = { Sid: 'BedrockMonitorBillWrite', where: '*', such: MARK }
  // Another export may deliver here, too. One of ours that was made anew has a number behind its name.
  const base = env.settings.billingExportName.replace(/-\d+$/, '')
  const folders = new RegExp(`^${EXPORT_FOLDER}/${base}(-\\d+)?/`)
  const folder = (key: string) => folders.exec(key)?.[0]
  return {
    ...own,
    ...deliveredTo(own.arn, delivery, env, 'bcm-data-exports', 'export/*', region),
    step: '2d',
    // A key of the log's Region is of no use here.
    kmsKey: '',
    nameFlag: '--billing-bucket-name',
    writer: 'AWS Data Exports',
    looks: [{ actions: ['iam:GetRole'], resources: [roleArn(env)] }],
    wanted: env.settings.billingExport,
    otherRegions: (cx) => otherRegionsSetUp(cx, env),
    folder,
    isOwn(key) {
      const within = folder(key)
      return key === MARK || (within !== undefined && DELIVERED.test(key.slice(within.length)))
    },
  }
}

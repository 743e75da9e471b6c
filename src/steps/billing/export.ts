import type { ExportReference, ResourceTag } from '@aws-sdk/client-bcm-data-exports'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { adoptionKeys, createOnce, OF_A_STACK, ourKeys, ownerOf, tagsFor, whose } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { arn, partitionOf } from '../../aws/partitions.ts'
import { retryUntil } from '../../aws/retry.ts'
import { equal } from '../../core/diff.ts'
import { AppError, usageError } from '../../core/errors.ts'
import { type Grant, type Resource, resourceId, type Step, wantedState } from '../../core/resource.ts'
import { otherRegionsSetUp } from '../1-iam.ts'
import { BILLING_REGION, type Env, exportArns, roleArn } from '../env.ts'
import { bucket } from '../storage/bucket.ts'
import { billingBucketName, exportBucket } from './export-bucket.ts'
import {
  CUR,
  concernsOf,
  desiredExport,
  type ExportState,
  exportInput,
  exportStateOf,
  exportSummary,
  UNTOLD,
} from './export-state.ts'

const GONE = 'ResourceNotFoundException'
const REFUSED = 'ValidationException'
/** A bucket policy takes seconds to be seen. */
const BUCKET_WAIT_MS = 30_000

/** Step 2d: the account's bill, in a bucket of its own; nothing where AWS has no exports of it. */
export function billing(env: Env): Step<AwsContext> {
  const grants = [{ actions: ['bcm-data-exports:GetExport'], resources: [exportArns(env, '*')] }]
  const target = bucket({ ...exportBucket(env), users: { grants, read: (cx) => exportsStaying(cx, env) } })
  const resources = partitionOf(env.region).hasDataExports ? [target, billingExport(env, [resourceId(target)])] : []
  return { id: '2d', name: 'billing', title: 'export of the bill', resources }
}

/** Throws a usage error where an export is asked for that cannot be had. Pure. */
export function checkBillingExport({ region, settings }: Env): void {
  if (!settings.billingExport || partitionOf(region).hasDataExports) return
  throw usageError(`--billing-export: AWS has no data exports in ${region}`, 'leave out --billing-export there')
}

export async function listExports({ aws }: AwsContext): Promise<ExportReference[]> {
  const { ListExportsCommand } = await import('@aws-sdk/client-bcm-data-exports')
  return allOf(aws.exports, ListExportsCommand, {}, 'Exports')
}

async function exportOf({ aws }: AwsContext, ExportArn: string | undefined) {
  const { GetExportCommand } = await import('@aws-sdk/client-bcm-data-exports')
  return orUndefined(aws.exports.send(new GetExportCommand({ ExportArn })), GONE)
}

/** The names of the exports that deliver to our bucket and do not go with it. */
async function exportsStaying(cx: AwsContext, env: Env): Promise<string[]> {
  const { billingExportName: name } = env.settings
  const found = await Promise.all(
    (await listExports(cx)).map(async ({ ExportArn, ExportName = '' }) => {
      const answer = await exportOf(cx, ExportArn)
      if (!answer?.Export || exportStateOf(answer.Export).bucket !== billingBucketName(env)) return []
      const owner = ExportName === name ? ownerOf(await tagsOf(cx, ExportArn)) : 'foreign'
      return owner === 'ours' || (owner !== 'foreign' && env.removing?.includeAdopted) ? [] : [ExportName]
    }),
  )
  return found.flat().sort()
}

async function tagsOf({ aws }: AwsContext, ResourceArn: string | undefined): Promise<ResourceTag[]> {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-bcm-data-exports')
  return (await aws.exports.send(new ListTagsForResourceCommand({ ResourceArn }))).ResourceTags ?? []
}

/** A daily export of the whole bill, with IAM principals. Of the account, whatever the Region. */
function billingExport(env: Env, needs: readonly string[]): Resource<ExportState, AwsContext> {
  const { billingExportName: name, billingExport: wanted } = env.settings
  const grant = (...actions: string[]) => [{ actions, resources: [exportArns(env, `${name}-*`)] }]
  const asked = (grants: Grant[]) => (wanted || env.removing ? grants : [])
  const table = arn(env, 'bcm-data-exports', BILLING_REGION, env.accountId, `table/${CUR}`)
  const desired = (have?: ExportState) => desiredExport(env, have)

  return {
    step: '2d',
    type: 'billing-export',
    name,
    region: BILLING_REGION,
    wanted,
    needs,
    known: ['limits'],
    untold: UNTOLD,
    foreign: OF_A_STACK,
    summary: exportSummary,
    desired,
    // Its columns and where it goes are theirs.
    adopted: (have) => have,
    marks: adoptionKeys,
    concerns: (have, owner) => (wanted ? concernsOf(env, have, owner) : []),
    // It is the account's: the last Region that is set up takes it away.
    remainder: (have) => (have.limits.otherRegions ? have : undefined),

    template(want, Tags) {
      const { ExportArn: _, ...Export } = exportInput(name, want)
      return [
        {
          type: 'AWS::BCMDataExports::Export',
          ...(want.limits.arn && { id: want.limits.arn }),
          properties: { Export, Tags },
        },
      ]
    },

    // Where none is asked for, whether there is one is all that is looked at: mostly there is not.
    permissions: () => ({
      read: [
        { actions: ['bcm-data-exports:ListExports'], resources: ['*'] },
        ...asked(grant('bcm-data-exports:GetExport', 'bcm-data-exports:ListTagsForResource')),
        ...asked([{ actions: ['iam:GetRole'], resources: [roleArn(env)] }]),
      ],
      write: asked([
        {
          actions: ['bcm-data-exports:CreateExport', 'bcm-data-exports:UpdateExport'],
          resources: [
            exportArns(env, `${name}-*`),
            table,
            arn(env, 'billing', '', env.accountId, 'billingview/primary'),
          ],
        },
        ...grant('bcm-data-exports:TagResource'),
        // AWS has the older service write the report (service authorization reference, CreateExport).
        { actions: ['cur:PutReportDefinition'], resources: [arn(env, 'cur', '*', env.accountId, 'definition/*')] },
      ]),
      remove: asked(grant('bcm-data-exports:DeleteExport', 'bcm-data-exports:UntagResource')),
    }),

    async read(cx) {
      const standing = (await listExports(cx)).find(({ ExportName }) => ExportName === name)
      if (!standing) return undefined
      const { ExportArn } = standing
      const found = await exportOf(cx, ExportArn)
      if (!found?.Export) return undefined
      const otherRegions = env.removing ? await otherRegionsSetUp(cx, env) : []
      return {
        state: exportStateOf({ ...found.Export, ExportArn }, found.ExportStatus, otherRegions),
        owner: async () => whose(await tagsOf(cx, ExportArn)),
      }
    },

    async write(cx, have) {
      const { exports } = cx.aws
      const { CreateExportCommand, TagResourceCommand, UpdateExportCommand } = await import(
        '@aws-sdk/client-bcm-data-exports'
      )
      const want = wantedState(this, have)
      const Export = exportInput(name, want)
      if (!have) {
        const create = onceSeen(cx, resourceId(this), () =>
          exports.send(new CreateExportCommand({ Export, ResourceTags: tagsFor(undefined) })),
        )
        await createOnce(create, () => this.read(cx), REFUSED)
        cx.emit({ type: 'warning', warning: { code: 'billing-export-starts', message: starts(want) } })
        return
      }
      const ResourceArn = have.state.limits.arn
      // Before anything is changed: where a run ends, nothing of ours is without its mark.
      if (have.owner === 'unmarked') {
        await exports.send(new TagResourceCommand({ ResourceArn, ResourceTags: tagsFor(have.owner, have.tagKeys) }))
      }
      if (equal(have.state, want)) return
      const update = new UpdateExportCommand({ ExportArn: ResourceArn, Export })
      await onceSeen(cx, resourceId(this), () => exports.send(update)).catch((error: unknown) => {
        throw hasCode(error, REFUSED) ? asSecond(name, ResourceArn, error) : error
      })
    },

    async release(cx, { state: { limits } }) {
      const ours = ourKeys(await tagsOf(cx, limits.arn))
      if (ours.length === 0) return
      const { UntagResourceCommand } = await import('@aws-sdk/client-bcm-data-exports')
      await cx.aws.exports.send(new UntagResourceCommand({ ResourceArn: limits.arn, ResourceTagKeys: ours }))
    },

    async remove({ aws }, { state: { limits } }) {
      const { DeleteExportCommand } = await import('@aws-sdk/client-bcm-data-exports')
      await orUndefined(aws.exports.send(new DeleteExportCommand({ ExportArn: limits.arn })), GONE)
    },
  }
}

/** AWS looks whether it may write to the bucket at once; a policy just put takes seconds to be seen. */
function onceSeen<T>(cx: AwsContext, id: string, run: () => Promise<T>): Promise<T> {
  return retryUntil(cx, {
    deadlineMs: BUCKET_WAIT_MS,
    retryOn: (error) => hasCode(error, REFUSED) && /bucket|\bS3\b/i.test(error.message),
    onWait: () => cx.emit({ type: 'resource-progress', id, note: 'waiting for AWS to see the bucket policy' }),
    run,
  })
}

function starts({ bucket, folder }: ExportState): string {
  return `AWS delivers the first files to s3://${bucket}/${folder} within 24 hours, from this month on; in a management account with the bill of every account, in a member account with its own alone`
}

/** Whether every export can be changed is not documented. */
function asSecond(name: string, arn: string | undefined, cause: AppError): AppError {
  const message = `AWS does not let export ${name} be changed: ${cause.message}`
  const hint = `create a second one: pass --billing-export-name with another name, such as ${name}-2; then delete this one: aws bcm-data-exports delete-export --region ${BILLING_REGION} --export-arn ${arn}`
  return new AppError('aws', 'ExportNotChanged', message, { hint, cause })
}

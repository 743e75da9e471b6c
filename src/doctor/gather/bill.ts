import { GetExportCommand } from '@aws-sdk/client-bcm-data-exports'
import {
  CostAllocationTagStatus,
  CostAllocationTagType,
  ListCostAllocationTagsCommand,
} from '@aws-sdk/client-cost-explorer'
import type { AwsContext } from '../../aws/context.ts'
import { itemsOf } from '../../aws/pages.ts'
import { isAppError } from '../../core/errors.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { listExports } from '../../steps/billing/export.ts'
import { CUR, exportStateOf, hasPrincipals, PRINCIPAL_COLUMN } from '../../steps/billing/export-state.ts'
import { BILLING_REGION } from '../../steps/env.ts'
import type { BillFacts, ExportFacts, Told } from '../facts.ts'

const AT_ONCE = 4

/** What reports of the bill can be made of: its exports, whoever made them, and the tags that are in it. Asked side by side. */
export async function readBill(cx: AwsContext): Promise<BillFacts> {
  const there = cx.in(BILLING_REGION)
  const [exports, tags] = await Promise.all([told(readExports(there)), told(inactiveTags(there))])
  return { exports, tags }
}

/** An answer, or why there is none: that others may not look at the bill is the rule. */
async function told<Part>(reading: Promise<Part[]>): Promise<Told<Part>> {
  return reading.catch((error: unknown) => {
    if (!isAppError(error) || error.kind === 'credentials' || error.kind === 'interrupted') throw error
    return { unread: error.message, ...(error.transient && { hint: error.hint }) }
  })
}

async function readExports(cx: AwsContext): Promise<ExportFacts[]> {
  const listed = await listExports(cx)
  const found = await sideBySide(listed, AT_ONCE, async ({ ExportArn, ExportName = '' }) => {
    const { Export, ExportStatus } = await cx.aws.exports.send(new GetExportCommand({ ExportArn }))
    const { table = '', columns, properties, bucket, folder, limits } = exportStateOf({ ...Export }, ExportStatus)
    if (table !== CUR && !table.startsWith('FOCUS')) return []
    // A query that is more than a list of columns may have all of them.
    const hasColumn = columns === undefined || columns.includes(PRINCIPAL_COLUMN)
    return [
      {
        name: ExportName,
        table,
        place: `s3://${bucket}/${folder}/${ExportName}`,
        principals: table === CUR && hasPrincipals(properties) && hasColumn,
        health: limits.health?.code === 'UNHEALTHY' ? (limits.health.reason ?? 'no reason given') : undefined,
        createdAt: ExportStatus?.CreatedAt?.getTime(),
        refreshedAt: ExportStatus?.LastRefreshedAt?.getTime(),
      },
    ]
  })
  return found.flat()
}

/** The keys of tags that AWS has seen and that are in no bill yet. */
async function inactiveTags({ aws }: AwsContext): Promise<string[]> {
  const tags = await itemsOf(
    'ce:ListCostAllocationTags',
    (NextToken) => {
      return aws.ce.send(
        new ListCostAllocationTagsCommand({
          Status: CostAllocationTagStatus.INACTIVE,
          Type: CostAllocationTagType.USER_DEFINED,
          MaxResults: 1_000,
          NextToken,
        }),
      )
    },
    (page) => page.NextToken,
    (page) => page.CostAllocationTags,
  )
  return tags.flatMap(({ TagKey }) => TagKey ?? []).sort()
}

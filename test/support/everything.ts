import {
  CreateNamedQueryCommand,
  ListNamedQueriesCommand,
  UpdateNamedQueryCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena'
import {
  type Export,
  GetExportCommand,
  ListExportsCommand,
  UpdateExportCommand,
} from '@aws-sdk/client-bcm-data-exports'
import type { Settings } from '../../src/steps/settings.ts'
import { REGION, type World } from './world.ts'

/** Every option at once. */
export const EVERYTHING = {
  alarms: 'strict',
  anomaly: true,
  pageOnce: true,
  budgetUsd: 50,
  billingExport: true,
  lake: true,
  email: 'ops@example.com,night@example.com',
  httpsEndpoint: 'https://events.example.com/integration/key/enqueue',
} as const satisfies Partial<Settings>

/** A model with a price and with quotas. */
const IN_USE = 'amazon.nova-pro-v1:0'
const MINUTE = 60_000

/** What the account itself is for: a model that is called, so that there is spend to watch, and a quota. */
export function callModels({ sandbox, cx }: Pick<World, 'sandbox' | 'cx'>, region = REGION): void {
  const timestamp = Math.floor(cx.clock.now() / MINUTE) * MINUTE - MINUTE
  const put = (name: string, value: number) => {
    for (const dimensions of [[{ Name: 'ModelId', Value: IN_USE }], []]) {
      const point = { namespace: 'AWS/Bedrock', name, dimensions, timestamp, value, unit: 'Count' }
      sandbox.services.cloudwatch.putMetric(region, point)
    }
  }
  put('Invocations', 5)
  put('InputTokenCount', 1_000)
  put('OutputTokenCount', 500)
  put('EstimatedTPMQuotaUsage', 1_500)
}

/** As whoever edits an export may: nothing fails, and every question by principal is answered with nothing. */
export async function takePrincipalsOut({ cx: { aws } }: World) {
  const { Exports: [{ ExportArn } = {}] = [] } = await aws.exports.send(new ListExportsCommand({}))
  const { Export } = await aws.exports.send(new GetExportCommand({ ExportArn }))
  const DataQuery = {
    QueryStatement: 'SELECT line_item_unblended_cost FROM COST_AND_USAGE_REPORT',
    TableConfigurations: { COST_AND_USAGE_REPORT: { INCLUDE_IAM_PRINCIPAL_DATA: 'FALSE' } },
  }
  await aws.exports.send(new UpdateExportCommand({ ExportArn, Export: { ...(Export as Export), DataQuery } }))
}

/** As of an address that never confirmed: SNS forgets it, and our tag for it stays. */
export function forgetASubscription({ sandbox }: World) {
  for (const { tags } of sandbox.services.sns.topics(REGION).values()) {
    tags.add([{ Key: 'bedrock-monitor:subscription:of-one-that-ended' }])
  }
}

/** As whoever works in the console may: a limit less, a question of another wording, one that is no longer asked. */
export async function loosenTheLake({ cx: { aws }, env: { settings } }: World) {
  const WorkGroup = settings.lakeWorkgroup
  const ConfigurationUpdates = { EnforceWorkGroupConfiguration: false, RemoveBytesScannedCutoffPerQuery: true }
  await aws.athena.send(new UpdateWorkGroupCommand({ WorkGroup, ConfigurationUpdates }))
  const QueryString = '-- Saved by bedrock-monitor.\nSELECT 1'
  const { NamedQueryIds: [NamedQueryId] = [] } = await aws.athena.send(new ListNamedQueriesCommand({ WorkGroup }))
  await aws.athena.send(new UpdateNamedQueryCommand({ NamedQueryId, Name: 'tokens-by-model', QueryString }))
  const old = { Name: 'of-an-earlier-version', Database: settings.lakeDatabase, QueryString, WorkGroup }
  await aws.athena.send(new CreateNamedQueryCommand(old))
}

import type { AwsContext } from '../../src/aws/context.ts'
import { actionsOf } from './iam-actions.ts'

/** What IAM is asked for one call: an action on a thing, with the call's condition keys. */
export interface IamRequest {
  action: string
  resource: string
  context: Record<string, string>
}

export interface SentCall {
  service: string
  operation: string
  region: string
  input: Record<string, unknown>
}

/** Writes down every call that a context makes in a Region, with its input, and lets it through. */
export function record(cx: AwsContext, region: string, hear: (call: SentCall) => void): void {
  for (const [service, sender] of Object.entries(cx.in(region).aws)) {
    if (typeof sender !== 'object') continue
    const through = sender.send.bind(sender) as (command: unknown, options?: unknown) => Promise<unknown>
    Object.assign(sender, {
      send(command: { constructor: { name: string }; input: Record<string, unknown> }, options?: unknown) {
        const operation = command.constructor.name.replace(/Command$/, '')
        hear({ service, operation, region, input: command.input })
        return through(command, options)
      },
    })
  }
}

/** Actions that know no resource, by the service authorization reference: a policy has to allow them on `*`. */
const WITHOUT_RESOURCE = new Set([
  'bcm-data-exports:ListExports',
  'ce:ListCostAllocationTags',
  'cloudwatch:ListMetrics',
  'cloudwatch:GetMetricData',
  // Composite alarms are told of to who may see all alarms, and taken from who may put any (API reference).
  'cloudwatch:DescribeAlarms',
  'cloudwatch:PutCompositeAlarm',
  'cloudwatch:DescribeAnomalyDetectors',
  'cloudwatch:PutAnomalyDetector',
  'cloudwatch:DeleteAnomalyDetector',
  'logs:DescribeLogGroups',
  'logs:GetQueryResults',
  'logs:StopQuery',
  'logs:DescribeQueryDefinitions',
  'logs:PutQueryDefinition',
  'logs:DeleteQueryDefinition',
  'pricing:GetAttributeValues',
  'pricing:GetProducts',
  'ce:GetCostAndUsage',
  'ce:GetDimensionValues',
  'servicequotas:ListServiceQuotas',
])

/** What IAM checks a call against; several things where a call names several. From the reference, not from the program. */
export function requestsOf(call: SentCall, account: string): IamRequest[] {
  const tagging = call.operation === 'PutCompositeAlarm' && call.input.Tags ? ['cloudwatch:TagResource'] : []
  const isUntagged = call.operation === 'PutMetricAlarm' && !call.input.Tags
  const actions = actionsOf(call).filter((action) => !(isUntagged && action === 'cloudwatch:TagResource'))
  const own = [...actions, ...tagging].flatMap((action) =>
    resourcesOf(action, call, account).map((resource) => ({
      action,
      resource,
      context: action === 'iam:PassRole' ? { 'iam:PassedToService': 'bedrock.amazonaws.com' } : {},
    })),
  )
  return call.operation === 'StartQueryExecution' ? [...own, ...askedByAthena(call, account)] : own
}

/** Athena reads the catalog and the log, and writes its answers, with the rights of whoever asks (AWS: Athena, fine-grained access). */
function askedByAthena({ region }: SentCall, account: string): IamRequest[] {
  const catalog = ['catalog', 'database/bedrock_monitor', 'table/bedrock_monitor/bedrock_invocations']
  const things = catalog.map((thing) => `arn:aws:glue:${region}:${account}:${thing}`)
  const [log, results] = [`arn:aws:s3:::bedrock-logs-${account}`, `arn:aws:s3:::bedrock-athena-${account}-${region}`]
  const all: [actions: string[], resources: string[]][] = [
    [['glue:GetDatabase'], things.slice(0, 2)],
    [['glue:GetPartitions', 'glue:GetTable'], things],
    [
      ['s3:GetBucketLocation', 's3:ListBucket'],
      [log, results],
    ],
    [['s3:GetObject'], [`${log}/bedrock-logs/AWSLogs/x`, `${results}/results/x`]],
    [['s3:AbortMultipartUpload', 's3:PutObject'], [`${results}/results/x`]],
  ]
  return all.flatMap(([actions, resources]) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource, context: {} }))),
  )
}

function resourcesOf(action: string, { service, operation, region, input }: SentCall, account: string): string[] {
  const text = (name: string) => String(input[name])
  if (action === 'iam:PassRole') return passedRoles(input)
  if (WITHOUT_RESOURCE.has(action) || service === 'bedrock') return ['*']
  switch (service) {
    case 'iam':
      return [text(operation === 'SimulatePrincipalPolicy' ? 'PolicySourceArn' : 'RoleName')].map((name) =>
        name.startsWith('arn:') ? name : `arn:aws:iam::${account}:role/${name}`,
      )
    case 's3':
      return s3Resources(action, input)
    case 'logs': {
      const arn = `arn:aws:logs:${region}:${account}:log-group:`
      if (Array.isArray(input.logGroupIdentifiers)) return input.logGroupIdentifiers.map((each) => `${each}:*`)
      // Tags are checked against the ARN without, all else against the one with the part for streams.
      return [input.resourceArn ? text('resourceArn') : `${arn}${text('logGroupName')}:*`]
    }
    case 'cloudwatch':
      return cloudwatchResources(region, account, input)
    case 'budgets': {
      const name = (input.NewBudget ?? input.Budget ?? input) as { BudgetName?: string }
      return [String(input.ResourceARN ?? `arn:aws:budgets::${account}:budget/${name.BudgetName}`)]
    }
    case 'exports': {
      if (action.startsWith('cur:')) return [`arn:aws:cur:us-east-1:${account}:definition/any`]
      const made = input.Export as { Name?: string } | undefined
      const arn = `arn:aws:bcm-data-exports:us-east-1:${account}:`
      const own = String(input.ExportArn ?? input.ResourceArn ?? `${arn}export/${made?.Name}-new`)
      const read = [`${arn}table/COST_AND_USAGE_REPORT`, `arn:aws:billing::${account}:billingview/primary`]
      if (action.endsWith(':CreateExport')) return read
      return action.endsWith(':UpdateExport') ? [own, ...read] : [own]
    }
    case 'glue':
      return glueResources(action, region, account, input)
    case 'athena': {
      const name = input.WorkGroup ?? (operation.endsWith('WorkGroup') ? input.Name : undefined)
      // Saved queries are checked against their workgroup, whichever it is.
      return [String(input.ResourceARN ?? `arn:aws:athena:${region}:${account}:workgroup/${name ?? 'bedrock-monitor'}`)]
    }
    case 'sns':
      // A subscription's ARN is its topic's with an id behind.
      if (input.SubscriptionArn !== undefined) return [text('SubscriptionArn').split(':').slice(0, 6).join(':')]
      return [String(input.TopicArn ?? input.ResourceArn ?? `arn:aws:sns:${region}:${account}:${text('Name')}`)]
    case 'kms':
      return [text('KeyId')]
    default:
      throw new Error(`no resource is known for ${action}`)
  }
}

function passedRoles({ loggingConfig }: Record<string, unknown>): string[] {
  const { cloudWatchConfig } = loggingConfig as { cloudWatchConfig?: { roleArn?: string } }
  return cloudWatchConfig?.roleArn === undefined ? [] : [cloudWatchConfig.roleArn]
}

/** The catalog, and the things in it on the way down; whoever deletes a database deletes all that is in it. */
function glueResources(action: string, region: string, account: string, input: Record<string, unknown>): string[] {
  const given = (input.DatabaseInput ?? input.TableInput ?? {}) as { Name?: string }
  const name = input.Name ?? given.Name
  const isOfTable = /Table$/.test(action)
  const database = String(input.DatabaseName ?? name)
  const things = [
    'catalog',
    `database/${database}`,
    ...(isOfTable ? [`table/${database}/${name}`] : []),
    ...(/(GetTables|DeleteDatabase)$/.test(action) ? [`table/${database}/any`] : []),
    ...(action.endsWith('DeleteDatabase') ? [`userDefinedFunction/${database}/any`] : []),
  ]
  return things.map((thing) => `arn:aws:glue:${region}:${account}:${thing}`)
}

/** Actions on a bucket and actions on what is in it are told apart by the kind of ARN. */
function s3Resources(action: string, input: Record<string, unknown>): string[] {
  const bucket = `arn:aws:s3:::${String(input.Bucket)}`
  if (!/:(GetObject|PutObject|DeleteObject|DeleteObjectVersion|AbortMultipartUpload)$/.test(action)) return [bucket]
  const batch = (input.Delete as { Objects?: { Key?: string }[] } | undefined)?.Objects
  return (batch ?? [{ Key: String(input.Key) }]).map(({ Key }) => `${bucket}/${Key}`)
}

function cloudwatchResources(region: string, account: string, input: Record<string, unknown>): string[] {
  const alarm = `arn:aws:cloudwatch:${region}:${account}:alarm:`
  const dashboard = `arn:aws:cloudwatch::${account}:dashboard/`
  if (input.ResourceARN !== undefined) return [String(input.ResourceARN)]
  if (input.DashboardName !== undefined) return [`${dashboard}${input.DashboardName}`]
  if (Array.isArray(input.DashboardNames)) return input.DashboardNames.map((name) => `${dashboard}${name}`)
  if (Array.isArray(input.AlarmNames)) return input.AlarmNames.map((name) => `${alarm}${name}`)
  return [`${alarm}${input.AlarmName}`]
}

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runLine } from '../cli/run.ts'
import { awsCli, awsCliOrGone, CREDENTIALS } from '../support/external.ts'
import { program } from '../support/program.ts'

/** moto's own account; the sandbox plays the same. */
export const ACCOUNT = '123456789012'
const ANY = 'Bedrock-AnyAlarm'
const BUDGET = ['--account-id', ACCOUNT, '--budget-name', 'bedrock-monthly']
const BUCKET = `bedrock-logs-${ACCOUNT}`
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:bedrock-usage-alerts`
const ALARMS = [
  'Bedrock-ErrorRate',
  'Bedrock-GuardrailInterventions',
  'Bedrock-HighErrorRate',
  'Bedrock-HighInputTokenUsage',
  'Bedrock-HighLatency',
  'Bedrock-HighLatencyP99',
  'Bedrock-LogDeliveryFailures',
  'Bedrock-MantleErrors',
  'Bedrock-MantleInputTokens',
  'Bedrock-ServerErrors',
  'Bedrock-Throttles',
  'Bedrock-UnusualInvocationSpike',
]
const ANOMALIES = ['Bedrock-InputTokensAnomaly', 'Bedrock-InvocationsAnomaly']
const ENDPOINTS = ['ops@example.com', 'night@example.com', 'https://events.example.com/integration/key/enqueue']
const OPTIONS = {
  BEDROCK_MONITOR_EMAIL: ENDPOINTS.slice(0, 2).join(','),
  BEDROCK_MONITOR_HTTPS_ENDPOINT: ENDPOINTS.slice(2).join(','),
}
const MORE_OPTIONS = {
  BEDROCK_MONITOR_BILLING_EXPORT: 'true',
  BEDROCK_MONITOR_LAKE: 'true',
  BEDROCK_MONITOR_ANOMALY: 'true',
  BEDROCK_MONITOR_BUDGET_USD: '50',
}

const LAKE_TABLE = ['--database-name', 'bedrock_monitor', '--name', 'bedrock_invocations']
type GlueTable = Record<string, unknown> & { Parameters: Record<string, string> }

type Alarm = Record<string, unknown> & { AlarmName: string; AlarmActions: string[]; OKActions: string[] }
/** What of an alarm can be put, of all that is told of it. */
const SETTABLE = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Period',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'Metrics',
]

interface Reply {
  ok: boolean
  resources: { type: string; name: string; action: string; outcome: string }[]
}

/** A server that answers as AWS does, and what it is known not to be able to do. */
interface Server {
  start(): Promise<{ url: string; stop(): unknown }>
  /** Knows dashboards' tags, so that one whose body was rewritten is still known as ours. */
  tagsDashboards: boolean
  /** Whether a bucket is encrypted whatever is deleted, as every one of S3 is since 2023: then there is nothing to see. */
  encryptsByDefault: boolean
  /** Knows percentiles. */
  percentiles: boolean
  /** Checks a logging configuration's destinations. */
  validatesLogging: boolean
  /** Knows composite alarms, models of what to expect, and whom a budget notifies. */
  knowsOptions: boolean
}

/** The same program and the same calls, read back with a client that is not ours. */
export function contract(server: Server) {
  let running: { url: string; stop(): unknown }
  let isBegun = false
  const aws = <T>(...args: string[]) => awsCli<T>(running.url, ...args)

  const resources = server.knowsOptions ? 27 : 18
  const options = { ...OPTIONS, ...(server.knowsOptions && MORE_OPTIONS) }

  /** In this process, but for the first of it all: that is the built program. */
  async function monitor(...args: string[]) {
    const env = { ...CREDENTIALS, ...options, AWS_ENDPOINT_URL: running.url }
    const line = [...args, '--json']
    const { code, stdout, stderr } = isBegun ? await runLine(line, { env }) : await program(line, { env })
    isBegun = true
    return { code, stderr, reply: JSON.parse(stdout) as Reply }
  }

  beforeAll(async () => {
    running = await server.start()
    // The SDK's own chain reads these from the process, whatever environment a command is handed.
    Object.assign(process.env, CREDENTIALS)
  })
  afterAll(async () => {
    await running.stop()
  })

  test('setup creates every resource, as the AWS CLI reads it back', async () => {
    const { code, reply } = await monitor('setup', '--yes')
    expect(code).toBe(0)
    expect(reply.resources.map(({ outcome }) => outcome)).toEqual(Array(resources).fill('done'))

    const { Role } = await aws<{ Role: { AssumeRolePolicyDocument: { Statement: object[] } } }>(
      'iam',
      'get-role',
      '--role-name',
      'BedrockCloudWatchLoggingRole',
    )
    expect(Role.AssumeRolePolicyDocument.Statement).toHaveLength(1)
    await aws(
      'iam',
      'get-role-policy',
      '--role-name',
      'BedrockCloudWatchLoggingRole',
      '--policy-name',
      'BedrockCloudWatchLoggingPolicy',
    )
    expect(await aws('s3api', 'get-bucket-versioning', '--bucket', BUCKET)).toEqual({ Status: 'Enabled' })
    expect(await aws('s3api', 'get-public-access-block', '--bucket', BUCKET)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    })
    expect(await aws('logs', 'describe-log-groups')).toMatchObject({
      logGroups: [{ logGroupName: '/aws/bedrock/modelinvocations', retentionInDays: 30 }],
    })
    expect(await aws('bedrock', 'get-model-invocation-logging-configuration')).toMatchObject({
      loggingConfig: {
        s3Config: { bucketName: BUCKET, keyPrefix: 'bedrock-logs' },
        textDataDeliveryEnabled: true,
        imageDataDeliveryEnabled: false,
      },
    })
    const dashboard = await aws<{ DashboardBody: string }>(
      'cloudwatch',
      'get-dashboard',
      '--dashboard-name',
      'BedrockUsageMonitoring',
    )
    expect(JSON.parse(dashboard.DashboardBody).widgets.length).toBeGreaterThanOrEqual(7)
    const { MetricAlarms } = await aws<{ MetricAlarms: Alarm[] }>('cloudwatch', 'describe-alarms')
    expect(MetricAlarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      [...ALARMS, ...(server.knowsOptions ? ANOMALIES : [])].sort(),
    )
    for (const alarm of MetricAlarms) expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[TOPIC], [TOPIC]])
    // One mark for each of the subscriptions below.
    const mark = { Key: expect.stringMatching(/^bedrock-monitor:subscription:[0-9a-f]{16}$/), Value: 'true' }
    expect(await aws('sns', 'list-tags-for-resource', '--resource-arn', TOPIC)).toEqual({
      Tags: [{ Key: 'managed-by', Value: 'bedrock-monitor' }, mark, mark, mark],
    })
    const { Subscriptions } = await aws<{ Subscriptions: { Endpoint: string }[] }>(
      'sns',
      'list-subscriptions-by-topic',
      '--topic-arn',
      TOPIC,
    )
    expect(Subscriptions.map(({ Endpoint }) => Endpoint).sort()).toEqual([...ENDPOINTS].sort())
    if (!server.knowsOptions) return
    expect(await aws('budgets', 'describe-budget', ...BUDGET)).toMatchObject({
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: '50.0', Unit: 'USD' } },
    })
    const told = await aws<{ Notifications: object[] }>('budgets', 'describe-notifications-for-budget', ...BUDGET)
    expect(told.Notifications).toHaveLength(3)
    expect(await standingExport()).toMatchObject({
      Name: 'bedrock-billing',
      DataQuery: { TableConfigurations: { COST_AND_USAGE_REPORT: { INCLUDE_IAM_PRINCIPAL_DATA: 'TRUE' } } },
      DestinationConfigurations: { S3Destination: { S3Bucket: `bedrock-billing-${ACCOUNT}`, S3Region: 'us-east-1' } },
    })
    const models = await aws<{ AnomalyDetectors: object[] }>('cloudwatch', 'describe-anomaly-detectors')
    expect(models.AnomalyDetectors).toHaveLength(2)
  })

  test('a second setup finds all unchanged and makes no writing call', async () => {
    const { code, reply, stderr } = await monitor('setup', '--yes', '--debug')
    expect(code).toBe(0)
    expect(reply.resources.map(({ outcome }) => outcome)).toEqual(Array(resources).fill('unchanged'))
    expect(stderr).toMatch(/GetCallerIdentity/)
    expect(stderr).not.toMatch(/^debug: \w+:(Create|Put|Set|Update|Delete|Tag|Subscribe)[A-Z]\w+/m)
  })

  interface BillExport {
    ExportArn: string
    DataQuery: { QueryStatement: string; TableConfigurations: Record<string, object> }
  }

  async function standingExport(): Promise<BillExport> {
    const { Exports } = await aws<{ Exports: { ExportArn: string }[] }>('bcm-data-exports', 'list-exports')
    const arn = Exports[0]?.ExportArn ?? ''
    return (await aws<{ Export: BillExport }>('bcm-data-exports', 'get-export', '--export-arn', arn)).Export
  }

  /** Puts an alarm again as it stands, but for some of it. */
  async function bend(name: string, change: (alarm: Alarm) => object): Promise<void> {
    const { MetricAlarms } = await aws<{ MetricAlarms: Alarm[] }>(
      'cloudwatch',
      'describe-alarms',
      '--alarm-names',
      name,
    )
    const [alarm] = MetricAlarms
    if (!alarm) throw new Error(`there is no alarm ${name}`)
    const settable = Object.entries(alarm).filter(([key]) => SETTABLE.includes(key))
    const input = { ...Object.fromEntries(settable), ...change(alarm) }
    await aws('cloudwatch', 'put-metric-alarm', '--cli-input-json', JSON.stringify(input))
  }

  /** Each thing of ours, changed or deleted behind its back. */
  const meddling: [string, string[] | (() => Promise<unknown>)][] = [
    [
      'a role whose trust was opened',
      [
        'iam',
        'update-assume-role-policy',
        '--role-name',
        'BedrockCloudWatchLoggingRole',
        '--policy-document',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"bedrock.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
      ],
    ],
    [
      'a role without its policy',
      [
        'iam',
        'delete-role-policy',
        '--role-name',
        'BedrockCloudWatchLoggingRole',
        '--policy-name',
        'BedrockCloudWatchLoggingPolicy',
      ],
    ],
    [
      'a role without its tags',
      ['iam', 'untag-role', '--role-name', 'BedrockCloudWatchLoggingRole', '--tag-keys', 'managed-by'],
    ],
    [
      'a bucket without versions',
      ['s3api', 'put-bucket-versioning', '--bucket', BUCKET, '--versioning-configuration', 'Status=Suspended'],
    ],
    ['a public bucket', ['s3api', 'delete-public-access-block', '--bucket', BUCKET]],
    ['a bucket without policy', ['s3api', 'delete-bucket-policy', '--bucket', BUCKET]],
    ['a bucket without lifecycle', ['s3api', 'delete-bucket-lifecycle', '--bucket', BUCKET]],
    ...(server.encryptsByDefault
      ? []
      : [
          ['a bucket without encryption', ['s3api', 'delete-bucket-encryption', '--bucket', BUCKET]] as [
            string,
            string[],
          ],
        ]),
    [
      'a bucket with ACLs',
      [
        's3api',
        'put-bucket-ownership-controls',
        '--bucket',
        BUCKET,
        '--ownership-controls',
        'Rules=[{ObjectOwnership=ObjectWriter}]',
      ],
    ],
    [
      'a log group that keeps too long',
      [
        'logs',
        'put-retention-policy',
        '--log-group-name',
        '/aws/bedrock/modelinvocations',
        '--retention-in-days',
        '365',
      ],
    ],
    ['no log group', ['logs', 'delete-log-group', '--log-group-name', '/aws/bedrock/modelinvocations']],
    ['no logging', ['bedrock', 'delete-model-invocation-logging-configuration']],
    ['no dashboard', ['cloudwatch', 'delete-dashboards', '--dashboard-names', 'BedrockUsageMonitoring']],
    [
      'a dashboard of another body',
      [
        'cloudwatch',
        'put-dashboard',
        '--dashboard-name',
        'BedrockUsageMonitoring',
        '--dashboard-body',
        '{"widgets":[]}',
      ],
    ],
    ['no alarm', ['cloudwatch', 'delete-alarms', '--alarm-names', 'Bedrock-HighLatency']],
    [
      'an alarm at another threshold',
      [
        'cloudwatch',
        'put-metric-alarm',
        '--alarm-name',
        'Bedrock-HighErrorRate',
        '--namespace',
        'AWS/Bedrock',
        '--metric-name',
        'InvocationClientErrors',
        '--statistic',
        'Sum',
        '--period',
        '300',
        '--evaluation-periods',
        '1',
        '--threshold',
        '9999',
        '--comparison-operator',
        'GreaterThanThreshold',
        '--treat-missing-data',
        'notBreaching',
        '--alarm-actions',
        TOPIC,
        '--ok-actions',
        TOPIC,
      ],
    ],
    ['metric math at another threshold', () => bend('Bedrock-ErrorRate', () => ({ Threshold: 99 }))],
    [
      'metric math of another expression',
      () =>
        bend('Bedrock-ErrorRate', ({ Metrics }) => ({
          Metrics: (Metrics as { Expression?: string }[]).map((query) =>
            query.Expression === undefined ? query : { ...query, Expression: 'clienterrors' },
          ),
        })),
    ],
    ['another percentile', () => bend('Bedrock-HighLatencyP99', () => ({ ExtendedStatistic: 'p50' }))],
    [
      'a subscription that was ended',
      async () => {
        const endpoint = ['--protocol', 'email', '--notification-endpoint', 'night@example.com']
        const again = ['sns', 'subscribe', '--topic-arn', TOPIC, ...endpoint, '--return-subscription-arn']
        const { SubscriptionArn } = await aws<{ SubscriptionArn: string }>(...again)
        await aws('sns', 'unsubscribe', '--subscription-arn', SubscriptionArn)
      },
    ],
    ['no topic', ['sns', 'delete-topic', '--topic-arn', TOPIC]],
  ]

  /** The same, of what the settings ask for beyond the defaults. */
  const meddlingWithOptions: typeof meddling = [
    [
      'a budget of another amount',
      [
        'budgets',
        'update-budget',
        '--account-id',
        ACCOUNT,
        '--new-budget',
        '{"BudgetName":"bedrock-monthly","BudgetLimit":{"Amount":"9999","Unit":"USD"},"TimeUnit":"MONTHLY","BudgetType":"COST"}',
      ],
    ],
    ['no budget', ['budgets', 'delete-budget', ...BUDGET]],
    [
      'an export of the bill without who called',
      async () => {
        const { ExportArn, ...bill } = await standingExport()
        const DataQuery = {
          QueryStatement: bill.DataQuery.QueryStatement.replace('line_item_iam_principal, ', ''),
          TableConfigurations: { COST_AND_USAGE_REPORT: { TIME_GRANULARITY: 'DAILY', INCLUDE_RESOURCES: 'TRUE' } },
        }
        const changed = ['--export-arn', ExportArn, '--export', JSON.stringify({ ...bill, DataQuery })]
        await aws('bcm-data-exports', 'update-export', ...changed)
      },
    ],
    [
      'no export of the bill',
      async () => {
        await aws('bcm-data-exports', 'delete-export', '--export-arn', (await standingExport()).ExportArn)
      },
    ],
    [
      'a table without its account and Region',
      async () => {
        const { Table } = await aws<{ Table: GlueTable }>('glue', 'get-table', ...LAKE_TABLE)
        const { Name, PartitionKeys, StorageDescriptor, TableType } = Table
        const Parameters = { ...Table.Parameters, 'projection.account.values': '', 'projection.aws_region.values': '' }
        const input = JSON.stringify({ Name, PartitionKeys, StorageDescriptor, TableType, Parameters })
        await aws('glue', 'update-table', '--database-name', 'bedrock_monitor', '--table-input', input)
      },
    ],
    ['no table', ['glue', 'delete-table', ...LAKE_TABLE]],
    [
      'a workgroup without a limit',
      [
        ...['athena', 'update-work-group', '--work-group', 'bedrock-monitor'],
        ...['--configuration-updates', 'RemoveBytesScannedCutoffPerQuery=true'],
      ],
    ],
    ['no workgroup', ['athena', 'delete-work-group', '--work-group', 'bedrock-monitor', '--recursive-delete-option']],
    ['answers that are kept', ['s3api', 'delete-bucket-lifecycle', '--bucket', `bedrock-athena-${ACCOUNT}-us-east-1`]],
    [
      'an alarm whose model was deleted',
      [
        'cloudwatch',
        'delete-anomaly-detector',
        '--single-metric-anomaly-detector',
        'Namespace=AWS/Bedrock,MetricName=Invocations,Stat=Sum',
      ],
    ],
  ]

  test.each([...meddling, ...(server.knowsOptions ? meddlingWithOptions : [])])(
    'status exits 3 on %s, and setup mends it',
    async (_title, command) => {
      expect((await monitor('status', '--exit-code')).code).toBe(0)
      await (typeof command === 'function' ? command() : aws(...command))
      const drift = await monitor('status', '--exit-code')
      expect(drift.code).toBe(3)
      expect(drift.reply.resources.filter(({ action }) => action !== 'none')).toHaveLength(1)
      expect((await monitor('setup', '--yes')).code).toBe(0)
    },
  )

  if (server.knowsOptions)
    test('one alarm tells for all others when asked to, and is mended when its rule was changed', async () => {
      const { code, reply } = await monitor('setup', '--yes', '--page-once')
      expect(code).toBe(0)
      expect(reply.resources.filter(({ action }) => action === 'create').map(({ name }) => name)).toEqual([ANY])
      const standing = async () => {
        const types = ['--alarm-types', 'MetricAlarm', 'CompositeAlarm']
        return aws<{ MetricAlarms: Alarm[]; CompositeAlarms: Alarm[] }>('cloudwatch', 'describe-alarms', ...types)
      }
      const first = await standing()
      expect(first.MetricAlarms.flatMap(({ AlarmActions }) => AlarmActions)).toEqual([])
      expect(first.CompositeAlarms).toMatchObject([{ AlarmName: ANY, AlarmActions: [TOPIC], OKActions: [TOPIC] }])
      const rule = String(first.CompositeAlarms[0]?.AlarmRule)
      for (const { AlarmName } of first.MetricAlarms) expect(rule).toContain(`ALARM("${AlarmName}")`)

      const narrowed = ['--alarm-name', ANY, '--alarm-rule', 'ALARM("Bedrock-Throttles")', '--alarm-actions', TOPIC]
      await aws('cloudwatch', 'put-composite-alarm', ...narrowed)
      expect((await monitor('status', '--exit-code', '--page-once')).code).toBe(3)
      expect((await monitor('setup', '--yes', '--page-once')).code).toBe(0)
      expect((await standing()).CompositeAlarms).toMatchObject([{ AlarmRule: rule, OKActions: [TOPIC] }])
    })

  // A server that checks destinations takes no configuration to where there is nothing: the laws cover those.
  if (!server.validatesLogging)
    test('a foreign logging configuration stops setup with exit 1 and stays', async () => {
      const foreign =
        '{"cloudWatchConfig":{"logGroupName":"theirs","roleArn":"arn:aws:iam::123456789012:role/Theirs"},"textDataDeliveryEnabled":true}'
      await aws('bedrock', 'put-model-invocation-logging-configuration', '--logging-config', foreign)
      expect((await monitor('setup', '--yes')).code).toBe(1)
      expect(await aws('bedrock', 'get-model-invocation-logging-configuration')).toMatchObject({
        loggingConfig: { cloudWatchConfig: { logGroupName: 'theirs' } },
      })
      await aws('bedrock', 'delete-model-invocation-logging-configuration')
      expect((await monitor('setup', '--yes')).code).toBe(0)
    })

  test('cleanup leaves nothing of ours', async () => {
    const before = await monitor('status')
    const { code, reply } = await monitor('cleanup', '--yes')
    expect(code).toBe(0)
    // A role that lost its tag above was adopted, and so is given back; likewise a rewritten dashboard without tags.
    const left = reply.resources.filter(({ action }) => action === 'update').map(({ type }) => type)
    expect(before.code).toBe(0)
    expect(left.sort()).toEqual(server.tagsDashboards ? ['iam-role'] : ['dashboard', 'iam-role'])
    expect((await monitor('cleanup', '--yes', '--include-adopted')).code).toBe(0)
    expect(
      await awsCliOrGone(running.url, 'iam', 'get-role', '--role-name', 'BedrockCloudWatchLoggingRole'),
    ).toBeUndefined()
    expect(await awsCliOrGone(running.url, 's3api', 'get-bucket-versioning', '--bucket', BUCKET)).toBeUndefined()
    expect(await aws('logs', 'describe-log-groups')).toEqual({ logGroups: [] })
    const { loggingConfig = {} } = await aws<{ loggingConfig?: object }>(
      'bedrock',
      'get-model-invocation-logging-configuration',
    )
    expect(loggingConfig).toEqual({})
    expect(await aws('cloudwatch', 'list-dashboards')).toEqual({ DashboardEntries: [] })
    expect(await aws('cloudwatch', 'describe-alarms')).toMatchObject({ MetricAlarms: [] })
    expect(await aws('sns', 'list-topics')).toEqual({ Topics: [] })
    if (!server.knowsOptions) return
    const composites = ['--alarm-types', 'CompositeAlarm']
    expect(await aws('cloudwatch', 'describe-alarms', ...composites)).toMatchObject({ CompositeAlarms: [] })
    expect(await aws('cloudwatch', 'describe-anomaly-detectors')).toEqual({ AnomalyDetectors: [] })
    expect(await aws('bcm-data-exports', 'list-exports')).toEqual({ Exports: [] })
    expect(await aws('glue', 'get-databases')).toEqual({ DatabaseList: [] })
    expect(await aws('athena', 'list-work-groups')).toMatchObject({ WorkGroups: [{ Name: 'primary' }] })
    const { Budgets = [] } = await aws<{ Budgets?: object[] }>('budgets', 'describe-budgets', '--account-id', ACCOUNT)
    expect(Budgets).toEqual([])
  })

  test('metrics put with the AWS CLI come back from the report to the token', async () => {
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString()
    const put = (metric: string, value: number, model: string) => ({
      MetricName: metric,
      Dimensions: [{ Name: 'ModelId', Value: model }],
      Timestamp: at,
      Value: value,
    })
    const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const unknown = 'nobody.knows-this-model-v1:0'
    const data = [
      put('Invocations', 7, sonnet),
      put('InputTokenCount', 123_457, sonnet),
      put('OutputTokenCount', 8_901, sonnet),
      put('InvocationClientErrors', 2, sonnet),
      put('InvocationLatency', 1_234, sonnet),
      put('Invocations', 3, unknown),
      put('InputTokenCount', 11, unknown),
    ]
    await aws('cloudwatch', 'put-metric-data', '--namespace', 'AWS/Bedrock', '--metric-data', JSON.stringify(data))
    const { code, stdout } = await runLine(['report', '--hours', '24', '--json'], {
      env: { ...CREDENTIALS, AWS_ENDPOINT_URL: running.url },
    })
    const report = JSON.parse(stdout)
    // Percentiles that are refused make the report incomplete.
    expect(code).toBe(server.percentiles ? 0 : 5)
    expect(report.total).toMatchObject({ invocations: 10, inputTokens: 123_468, outputTokens: 8_901, clientErrors: 2 })
    expect(report.groups).toMatchObject([
      {
        key: { model: sonnet },
        invocations: 7,
        inputTokens: 123_457,
        outputTokens: 8_901,
        latencyMs: { avg: 1_234, p99: server.percentiles ? 1_234 : null },
      },
      { key: { model: unknown }, invocations: 3, inputTokens: 11, costUsd: null },
    ])
    expect(report.unpriced).toMatchObject([{ model: unknown, inputTokens: 11 }])
    const codes = report.warnings.map(({ code }: { code: string }) => code)
    expect(codes.includes('percentiles-unavailable')).toBe(!server.percentiles)
  })
}

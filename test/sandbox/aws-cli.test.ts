import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { runAwsCli } from '../support/aws-cli.ts'
import { describeWith } from '../support/external.ts'

const ACCOUNT = '111122223333'
const LINKED = '200000000002'
const UNLINKED = '200000000003'
const BUCKET = 'cli-bucket'
const GROUP = '/aws/bedrock/modelinvocations'
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/CliRole`
const TOPIC_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:cli-topic`

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
const trust = policy({ Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' })
const permissions = policy({
  Effect: 'Allow',
  Action: 'logs:*',
  Resource: `arn:aws:logs:*:${ACCOUNT}:log-group:${GROUP}:*`,
})
const bucketPolicy = policy({
  Effect: 'Allow',
  Principal: { Service: 'bedrock.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
})

let sandbox: Sandbox
let folder: string

beforeAll(async () => {
  sandbox = await startSandbox({
    members: [{ id: LINKED, links: { 'us-east-1': ['metrics', 'logs'] } }, { id: UNLINKED }],
  })
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
})
afterAll(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true })
})

/** Runs one command of the CLI; its answer as JSON, or undefined where it has none. */
async function aws(...args: string[]): Promise<Record<string, unknown> | undefined> {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_PAGER: '', AWS_DEFAULT_OUTPUT: 'json', ...sandbox.env }
  const { code, stdout, stderr } = await runAwsCli(args, env)
  if (code !== 0) throw new Error(`aws ${args.join(' ')}: exit ${code}: ${stderr}`)
  return stdout.trimStart().startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : undefined
}

/** A client that shares no code with ours. */
describeWith(['aws'], 'the AWS CLI', () => {
  test('creates a role and reads it back', async () => {
    await aws(
      'iam',
      'create-role',
      '--role-name',
      'CliRole',
      '--assume-role-policy-document',
      trust,
      '--tags',
      'Key=a,Value=b',
    )
    await aws(
      'iam',
      'put-role-policy',
      '--role-name',
      'CliRole',
      '--policy-name',
      'P',
      '--policy-document',
      permissions,
    )
    const read = await aws('iam', 'get-role', '--role-name', 'CliRole')
    expect(read?.Role).toMatchObject({
      Arn: ROLE_ARN,
      AssumeRolePolicyDocument: JSON.parse(trust),
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    const inline = await aws('iam', 'get-role-policy', '--role-name', 'CliRole', '--policy-name', 'P')
    expect(inline?.PolicyDocument).toEqual(JSON.parse(permissions))
  })

  test('creates a bucket with its settings and reads them back', async () => {
    await aws('s3api', 'create-bucket', '--bucket', BUCKET)
    await aws('s3api', 'put-bucket-policy', '--bucket', BUCKET, '--policy', bucketPolicy)
    await aws('s3api', 'put-bucket-versioning', '--bucket', BUCKET, '--versioning-configuration', 'Status=Enabled')
    const read = await aws('s3api', 'get-bucket-policy', '--bucket', BUCKET)
    expect(read).toEqual({ Policy: bucketPolicy })
    expect(await aws('s3api', 'get-bucket-versioning', '--bucket', BUCKET)).toEqual({ Status: 'Enabled' })
    expect(await aws('s3api', 'get-bucket-location', '--bucket', BUCKET)).toEqual({ LocationConstraint: null })
    const access = await aws('s3api', 'get-public-access-block', '--bucket', BUCKET)
    expect(access?.PublicAccessBlockConfiguration).toMatchObject({ BlockPublicAcls: true, RestrictPublicBuckets: true })
  })

  test('uploads an object, lists its versions and is refused as another owner', async () => {
    const file = join(folder, 'object')
    await writeFile(file, 'content')
    await aws('s3', 'cp', file, `s3://${BUCKET}/a b/c+d.txt`)
    const { Versions } = (await aws('s3api', 'list-object-versions', '--bucket', BUCKET)) ?? {}
    expect(Versions).toMatchObject([{ Key: 'a b/c+d.txt', Size: 7, IsLatest: true }])
    const stranger = aws('s3api', 'head-bucket', '--bucket', BUCKET, '--expected-bucket-owner', '999988887777')
    await expect(stranger).rejects.toThrow('403')
  })

  test('creates a topic and reads it back', async () => {
    const created = await aws('sns', 'create-topic', '--name', 'cli-topic', '--tags', 'Key=a,Value=b')
    expect(created).toEqual({ TopicArn: TOPIC_ARN })
    const read = await aws('sns', 'get-topic-attributes', '--topic-arn', TOPIC_ARN)
    expect(read?.Attributes).toMatchObject({ TopicArn: TOPIC_ARN, Owner: ACCOUNT })
    const tags = await aws('sns', 'list-tags-for-resource', '--resource-arn', TOPIC_ARN)
    expect(tags).toEqual({ Tags: [{ Key: 'a', Value: 'b' }] })
    const others = aws('sns', 'create-topic', '--name', 'cli-topic', '--tags', 'Key=a,Value=c')
    await expect(others).rejects.toThrow('(InvalidParameter)')
  })

  test('sets the logging configuration, once its log group is there, and reads it back', async () => {
    const config = {
      cloudWatchConfig: { logGroupName: GROUP, roleArn: ROLE_ARN },
      s3Config: { bucketName: BUCKET, keyPrefix: 'bedrock-logs' },
    }
    const put = () =>
      aws('bedrock', 'put-model-invocation-logging-configuration', '--logging-config', JSON.stringify(config))
    await expect(put()).rejects.toThrow('(ValidationException)')
    await aws('logs', 'create-log-group', '--log-group-name', GROUP)
    await put()
    const read = await aws('bedrock', 'get-model-invocation-logging-configuration')
    expect(read?.loggingConfig).toMatchObject({ ...config, textDataDeliveryEnabled: true })
  })

  test('reads through a monitoring account what is shared with it, and nothing else', async () => {
    const now = Date.now()
    const putIn = (id: string) => {
      const { cloudwatch, logs } = sandbox.servicesOf(id)
      const dimensions = [{ Name: 'ModelId', Value: `model-of-${id}` }]
      cloudwatch.putMetric('us-east-1', {
        namespace: 'CliShared',
        name: 'Invocations',
        dimensions,
        timestamp: now - 300_000,
        value: Number(id.at(-1)),
      })
      void logs.operations.CreateLogGroup?.({ logGroupName: '/shared' }, { account: id, region: 'us-east-1', now })
      logs.putRecord('us-east-1', '/shared', 's', [{ timestamp: now - 300_000, message: `of ${id}` }])
    }
    for (const id of [ACCOUNT, LINKED, UNLINKED]) putIn(id)
    const list = ['cloudwatch', 'list-metrics', '--namespace', 'CliShared']
    const alone = (await aws(...list)) as { Metrics: unknown[]; OwningAccounts?: string[] }
    expect([alone.Metrics.length, alone.OwningAccounts]).toEqual([1, undefined])
    expect(await aws(...list, '--include-linked-accounts')).toMatchObject({
      Metrics: [ACCOUNT, LINKED].map((id) => ({ Dimensions: [{ Value: `model-of-${id}` }] })),
      OwningAccounts: [ACCOUNT, LINKED],
    })
    expect(await aws(...list, '--include-linked-accounts', '--owning-account', LINKED)).toMatchObject({
      OwningAccounts: [LINKED],
    })
    const dataOf = (id: string) => {
      const Metric = {
        Namespace: 'CliShared',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'ModelId', Value: `model-of-${id}` }],
      }
      const query = [{ Id: 'a', AccountId: id, MetricStat: { Metric, Period: 3600, Stat: 'Sum' } }]
      const at = (ms: number) => new Date(ms).toISOString()
      const span = ['--start-time', at(now - 3_600_000), '--end-time', at(now)]
      return aws('cloudwatch', 'get-metric-data', '--metric-data-queries', JSON.stringify(query), ...span)
    }
    expect(await dataOf(LINKED)).toMatchObject({ MetricDataResults: [{ Values: [Number(LINKED.at(-1))] }] })
    await expect(dataOf(UNLINKED)).rejects.toThrow(/not linked/)
    const described = await aws(
      'logs',
      'describe-log-groups',
      '--log-group-name-prefix',
      '/shared',
      '--include-linked-accounts',
    )
    const arnOf = (id: string) => `arn:aws:logs:us-east-1:${id}:log-group:/shared`
    expect(described).toMatchObject({ logGroups: [ACCOUNT, LINKED].map((id) => ({ logGroupArn: arnOf(id) })) })
    const seconds = (ms: number) => String(Math.floor(ms / 1_000))
    const ask = (ids: readonly string[]) => {
      const span = ['--start-time', seconds(now - 3_600_000), '--end-time', seconds(now)]
      const query = 'fields @message, @log | sort @message asc'
      return aws('logs', 'start-query', '--log-group-identifiers', ...ids.map(arnOf), ...span, '--query-string', query)
    }
    await expect(ask([ACCOUNT, UNLINKED])).rejects.toThrow(/ResourceNotFoundException/)
    const { queryId = '' } = ((await ask([ACCOUNT, LINKED])) ?? {}) as { queryId?: string }
    await aws('logs', 'get-query-results', '--query-id', queryId)
    const { results } = (await aws('logs', 'get-query-results', '--query-id', queryId)) as {
      results: { field: string; value: string }[][]
    }
    const shown = results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])))
    expect(shown).toMatchObject([ACCOUNT, LINKED].map((id) => ({ '@message': `of ${id}`, '@log': `${id}:/shared` })))
  })
})

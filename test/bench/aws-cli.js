#!/usr/bin/env node
// How long `setup` takes in an empty account, against the same calls made with the AWS CLI one after the other, both
// on a moto_server of this machine. Prints medians and their ratio.
import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PORT = '5987'
const ENDPOINT = `http://127.0.0.1:${PORT}`
const RUNS = 3
const BIN = fileURLToPath(new URL('../../bin/bedrock-monitor.js', import.meta.url))
const ACCOUNT = '123456789012'
const BUCKET = `bedrock-logs-${ACCOUNT}`
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:bedrock-usage-alerts`
const ROLE = 'BedrockCloudWatchLoggingRole'
const GROUP = '/aws/bedrock/modelinvocations'
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: ENDPOINT,
}

const policy = (statement) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
const trust = policy({ Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' })
const write = policy({ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' })
const deliver = policy({
  Effect: 'Allow',
  Principal: { Service: 'bedrock.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${BUCKET}/*`,
})
const lifecycle = JSON.stringify({
  Rules: [{ ID: 'expire', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 90 } }],
})
const logging = JSON.stringify({
  cloudWatchConfig: { logGroupName: GROUP, roleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}` },
  s3Config: { bucketName: BUCKET, keyPrefix: 'bedrock-logs' },
  textDataDeliveryEnabled: true,
})
const alarm = (name, metric) =>
  `cloudwatch put-metric-alarm --alarm-name ${name} --namespace AWS/Bedrock --metric-name ${metric} --statistic Sum --period 300 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --alarm-actions ${TOPIC}`.split(
    ' ',
  )

/** Looks at each thing, makes it, and reads back what was made: the calls that setup makes, one after the other. */
const COMMANDS = [
  ['s3api', 'get-bucket-location', '--bucket', BUCKET],
  ['cloudwatch', 'get-dashboard', '--dashboard-name', 'BedrockUsageMonitoring'],
  ['cloudwatch', 'describe-alarms'],
  ['sns', 'get-topic-attributes', '--topic-arn', TOPIC],
  ['sts', 'get-caller-identity'],
  ['iam', 'get-role', '--role-name', ROLE],
  ['iam', 'create-role', '--role-name', ROLE, '--assume-role-policy-document', trust],
  ['iam', 'put-role-policy', '--role-name', ROLE, '--policy-name', 'P', '--policy-document', write],
  ['s3api', 'head-bucket', '--bucket', BUCKET],
  ['s3api', 'create-bucket', '--bucket', BUCKET],
  ['s3api', 'put-bucket-versioning', '--bucket', BUCKET, '--versioning-configuration', 'Status=Enabled'],
  [
    's3api',
    'put-bucket-encryption',
    '--bucket',
    BUCKET,
    '--server-side-encryption-configuration',
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}',
  ],
  [
    's3api',
    'put-public-access-block',
    '--bucket',
    BUCKET,
    '--public-access-block-configuration',
    'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  ],
  ['s3api', 'put-bucket-lifecycle-configuration', '--bucket', BUCKET, '--lifecycle-configuration', lifecycle],
  ['s3api', 'put-bucket-policy', '--bucket', BUCKET, '--policy', deliver],
  ['s3api', 'put-bucket-tagging', '--bucket', BUCKET, '--tagging', 'TagSet=[{Key=a,Value=b}]'],
  ['logs', 'describe-log-groups', '--log-group-name-prefix', GROUP],
  ['logs', 'create-log-group', '--log-group-name', GROUP],
  ['logs', 'put-retention-policy', '--log-group-name', GROUP, '--retention-in-days', '30'],
  ['bedrock', 'get-model-invocation-logging-configuration'],
  ['bedrock', 'put-model-invocation-logging-configuration', '--logging-config', logging],
  ['cloudwatch', 'put-dashboard', '--dashboard-name', 'BedrockUsageMonitoring', '--dashboard-body', '{"widgets":[]}'],
  ['sns', 'create-topic', '--name', 'bedrock-usage-alerts'],
  alarm('Bedrock-HighInputTokenUsage', 'InputTokenCount'),
  alarm('Bedrock-HighErrorRate', 'InvocationClientErrors'),
  alarm('Bedrock-UnusualInvocationSpike', 'Invocations'),
  alarm('Bedrock-HighLatency', 'InvocationLatency'),
  ['iam', 'get-role', '--role-name', ROLE],
  ['iam', 'get-role-policy', '--role-name', ROLE, '--policy-name', 'P'],
  ['s3api', 'get-bucket-tagging', '--bucket', BUCKET],
  ['s3api', 'get-bucket-versioning', '--bucket', BUCKET],
  ['s3api', 'get-bucket-encryption', '--bucket', BUCKET],
  ['s3api', 'get-public-access-block', '--bucket', BUCKET],
  ['s3api', 'get-bucket-ownership-controls', '--bucket', BUCKET],
  ['s3api', 'get-bucket-lifecycle-configuration', '--bucket', BUCKET],
  ['s3api', 'get-bucket-policy', '--bucket', BUCKET],
  ['logs', 'describe-log-groups', '--log-group-name-prefix', GROUP],
  ['bedrock', 'get-model-invocation-logging-configuration'],
  ['cloudwatch', 'get-dashboard', '--dashboard-name', 'BedrockUsageMonitoring'],
  ['sns', 'get-topic-attributes', '--topic-arn', TOPIC],
  ['cloudwatch', 'describe-alarms'],
]

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`

function timed(body) {
  const started = performance.now()
  body()
  return performance.now() - started
}

/** Looking for what does not exist fails, as it did in the scripts. */
function quietly(program, args) {
  try {
    execFileSync(program, args, { env, stdio: 'ignore' })
  } catch (error) {
    if (error.status === null) throw error
  }
}

const monitor = (...args) => execFileSync(process.execPath, [BIN, ...args], { env, stdio: 'ignore' })

const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', PORT], { stdio: 'ignore' })
try {
  const reset = () => fetch(`${ENDPOINT}/moto-api/reset`, { method: 'POST' })
  while (!(await reset().catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 200))
  const first = []
  const second = []
  const cli = []
  for (let run = 0; run < RUNS; run += 1) {
    await reset()
    first.push(timed(() => monitor('setup', '--yes')))
    second.push(timed(() => monitor('setup', '--yes')))
    await reset()
    cli.push(
      timed(() => {
        for (const args of COMMANDS) quietly('aws', args)
      }),
    )
  }
  console.log(`setup, empty account      ${seconds(median(first))}`)
  console.log(`setup, second time        ${seconds(median(second))}`)
  console.log(`${COMMANDS.length} calls of the AWS CLI    ${seconds(median(cli))}`)
  console.log(`setup takes 1/${(median(cli) / median(first)).toFixed(1)} of it (wanted: at most 1/15)`)
} finally {
  moto.kill('SIGKILL')
}

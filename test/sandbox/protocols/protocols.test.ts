import { gzipSync } from 'node:zlib'
import { DescribeAlarmsCommand, GetDashboardCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { cbor } from '@smithy/core/cbor'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../clients.ts'

let sandbox: Sandbox
let aws: ReturnType<typeof clientsOf>

beforeAll(async () => {
  sandbox = await startSandbox()
  aws = clientsOf(sandbox)
})
afterAll(() => sandbox.close())
beforeEach(() => {
  sandbox.calls.length = 0
})

const signedFor = (service: string, region = 'us-east-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20261123/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
})
const alarm = {
  AlarmName: 'alarm',
  Namespace: 'N',
  MetricName: 'M',
  Statistic: 'Sum' as const,
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1.5,
  ComparisonOperator: 'GreaterThanThreshold' as const,
}

function sendCbor(operation: string, input: object, { gzip = false } = {}): Promise<Response> {
  const body = Buffer.from(cbor.serialize(input))
  return fetch(`${sandbox.url}/service/GraniteServiceVersion20100801/operation/${operation}`, {
    method: 'POST',
    headers: {
      ...signedFor('monitoring'),
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
      ...(gzip && { 'content-encoding': 'gzip' }),
    },
    body: gzip ? gzipSync(body) : body,
  })
}

describe('CloudWatch speaks three protocols with the same state behind', () => {
  test('JSON, as the JS SDK does', async () => {
    await aws.cloudwatch.send(new PutMetricAlarmCommand(alarm))
    const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['alarm'] }))
    expect(MetricAlarms).toMatchObject([alarm])
    expect(MetricAlarms?.[0]?.AlarmConfigurationUpdatedTimestamp).toBeInstanceOf(Date)
  })

  test('CBOR, as the AWS CLI does', async () => {
    await sendCbor('PutMetricAlarm', alarm)
    const response = await sendCbor('DescribeAlarms', { AlarmNames: ['alarm'] })
    expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor')
    const { MetricAlarms } = cbor.deserialize(new Uint8Array(await response.arrayBuffer()))
    expect(MetricAlarms).toMatchObject([alarm])
  })

  test('Query, as older clients do', async () => {
    await aws.cloudwatch.send(new PutMetricAlarmCommand(alarm))
    const response = await fetch(sandbox.url, {
      method: 'POST',
      headers: signedFor('monitoring'),
      body: new URLSearchParams({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'alarm' }),
    })
    expect(await response.text()).toContain('<Threshold>1.5</Threshold>')
  })

  test('with errors that carry the code of the Query protocol along', async () => {
    const json = await refusal(aws.cloudwatch.send(new GetDashboardCommand({ DashboardName: 'missing' })))
    expect(json).toMatchObject({ status: 404 })
    const response = await sendCbor('GetDashboard', { DashboardName: 'missing' })
    expect(response.status).toBe(404)
    expect(response.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender')
  })

  test('takes a body that the AWS CLI has compressed', async () => {
    await sendCbor('PutMetricAlarm', { ...alarm, AlarmName: 'compressed' }, { gzip: true })
    const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['compressed'] }))
    expect(MetricAlarms).toHaveLength(1)
  })
})

describe('whoever calls', () => {
  test.each([
    ['without a signature', {}, 403, 'MissingAuthenticationToken'],
    ['for a service that is not there', signedFor('ec2'), 501, 'ec2 is not part of the sandbox'],
  ])('%s is told so', async (_who, headers, status, text) => {
    const response = await fetch(sandbox.url, { method: 'POST', headers })
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(text)
  })

  test('may put the signature into the URL', async () => {
    const url = new URL(`${sandbox.url}/`)
    url.searchParams.set('X-Amz-Credential', 'sandbox/20261123/eu-west-1/sts/aws4_request')
    url.searchParams.set('Action', 'GetCallerIdentity')
    const response = await fetch(url)
    expect(await response.text()).toContain('<Account>111122223333</Account>')
    expect(sandbox.calls).toMatchObject([{ service: 'sts', region: 'eu-west-1', status: 200 }])
  })

  test('for an operation that is not there gets NotImplemented at once, and it is logged', async () => {
    const refused = await refusal(aws.iam.send(new ListAccessKeysCommand({})))
    expect(refused.message).toContain('iam:ListAccessKeys is not part of the sandbox')
    expect(refused.status).toBe(501)
    expect(sandbox.calls).toEqual([
      {
        service: 'iam',
        operation: 'ListAccessKeys',
        region: 'us-east-1',
        account: '111122223333',
        writing: false,
        status: 501,
      },
    ])
  })

  test('sends nonsense gets an error of the protocol', async () => {
    const xml = await fetch(`${sandbox.url}/b?versioning`, { method: 'PUT', headers: signedFor('s3'), body: '<a' })
    expect([xml.status, await xml.text()]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')])
    const headers = { ...signedFor('logs'), 'x-amz-target': 'Logs_20140328.DescribeLogGroups' }
    const json = await fetch(sandbox.url, { method: 'POST', headers, body: '{' })
    expect([json.status, await json.json()]).toEqual([
      400,
      expect.objectContaining({ __type: 'SerializationException' }),
    ])
  })
})

test('listens on the loopback interface only and frees its port when closed', async () => {
  const first = await startSandbox()
  expect(new URL(first.url).hostname).toBe('127.0.0.1')
  const port = Number(new URL(first.url).port)
  await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await first.close()
  const second = await startSandbox({ port })
  await second.close()
})

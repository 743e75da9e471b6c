import {
  DescribeAlarmsCommand,
  DescribeAnomalyDetectorsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from './clients.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
let sandbox: Sandbox
let clients: ReturnType<typeof clientsOf>

beforeAll(async () => {
  sandbox = await startSandbox({ clock: { now: () => NOW } })
  clients = clientsOf(sandbox)
})
afterAll(() => sandbox.close())

async function topic(Name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { TopicArn = '' } = await clients.sns.send(new CreateTopicCommand({ Name }))
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    await clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
  }
  return TopicArn
}

const rings = (AlarmName: string, ...AlarmActions: string[]) =>
  clients.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'N',
      MetricName: 'nothing',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions,
    }),
  )

/** What a topic took of CloudWatch. */
const tookOf = (arn: string) => sandbox.services.sns.published.filter(({ topicArn }) => topicArn === arn)

/** Lets CloudWatch publish on behalf of an account's alarms. */
const policyFor = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:us-east-1:${account}:alarm:*` },
        },
      },
    ],
  })

describe('an alarm that rings', () => {
  test('tells each topic that lets it, and no other', async () => {
    const first = await topic('as-created')
    const own = await topic('own-policy', { Policy: policyFor('111122223333') })
    const other = await topic('of-others', { Policy: policyFor('999999999999') })
    const managed = await topic('managed-key', { KmsMasterKeyId: 'alias/aws/sns' })
    await rings('Loud', first, own, other, `${own}-unknown`)
    await rings('Encrypted', managed)
    sandbox.services.cloudwatch.evaluateAlarms(NOW)
    expect([first, own, other, managed].map((arn) => tookOf(arn).length)).toEqual([1, 1, 0, 0])
    expect(sandbox.services.sns.published.at(-1)).toMatchObject({ subject: 'ALARM: "Loud" in us-east-1' })
  })

  test('shows its state to whoever asks, and has composite alarms follow', async () => {
    await rings('Child')
    await clients.cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Parent', AlarmRule: 'ALARM("Child")' }))
    sandbox.services.cloudwatch.evaluateAlarms(NOW)
    const { MetricAlarms, CompositeAlarms } = await clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['Child', 'Parent'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    )
    expect([...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])]).toMatchObject([
      { AlarmName: 'Child', StateValue: 'ALARM', StateUpdatedTimestamp: new Date(NOW) },
      { AlarmName: 'Parent', StateValue: 'ALARM', AlarmRule: 'ALARM("Child")' },
    ])
  })
})

describe('on the wire', () => {
  test('an alarm on a band reads back with its metrics, and leaves a model behind', async () => {
    const Metrics = [
      {
        Id: 'm1',
        ReturnData: true,
        MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Stat: 'p99', Period: 300 },
      },
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 3)', Label: 'expected', ReturnData: true },
    ]
    const alarm = {
      AlarmName: 'Unusual',
      Metrics,
      ThresholdMetricId: 'band',
      ComparisonOperator: 'GreaterThanUpperThreshold' as const,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    }
    await clients.cloudwatch.send(new PutMetricAlarmCommand(alarm))
    const { MetricAlarms } = await clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['Unusual'] }))
    expect(MetricAlarms).toMatchObject([alarm])
    const { AnomalyDetectors } = await clients.cloudwatch.send(new DescribeAnomalyDetectorsCommand({ Namespace: 'N' }))
    expect(AnomalyDetectors).toMatchObject([
      { SingleMetricAnomalyDetector: { MetricName: 'M', Stat: 'p99' }, StateValue: 'PENDING_TRAINING' },
    ])
  })

  test('a composite alarm without its children is refused with their names', async () => {
    const put = new PutCompositeAlarmCommand({ AlarmName: 'Any', AlarmRule: 'ALARM(One) OR ALARM(Two)' })
    expect(await refusal(clients.cloudwatch.send(put))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('[One, Two]'),
      status: 400,
    })
  })
})

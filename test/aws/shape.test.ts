import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { DescribeAlarmsCommand, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetRoleCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { oddityOf } from '../../src/aws/shape.ts'

const alarms = new DescribeAlarmsCommand({})
const data = new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(1) })
const versions = new ListObjectVersionsCommand({ Bucket: 'b' })

describe('an answer has its shape', () => {
  test.each([
    ['with nothing in its list', alarms, { $metadata: {}, MetricAlarms: [] }],
    ['with one of two lists', alarms, { CompositeAlarms: [] }],
    ['with members that nobody knows', alarms, { Novelty: 1, MetricAlarms: [{ AlarmName: 'a', Threshold: 1 }] }],
    ['with times and numbers', data, { MetricDataResults: [{ Id: 'q0', Timestamps: [new Date()], Values: [1.5] }] }],
    ['with what is no list of numbers in JSON', versions, { IsTruncated: false, Versions: [{ Key: 'k', Size: 1 }] }],
    ['without a body', new CreateBucketCommand({ Bucket: 'b' }), {}],
    ['where the command carries no schema', {}, { MetricAlarms: 'x' }],
  ])('%s', (_title, command, output) => {
    expect(oddityOf(command, { output })).toBeUndefined()
  })
})

describe('an answer has not', () => {
  test.each([
    ['where a list is text', alarms, { MetricAlarms: 'x' }],
    ['where a list has a hole', alarms, { MetricAlarms: [null] }],
    ['where a name is a number', alarms, { MetricAlarms: [{ AlarmName: 1 }] }],
    ['where a number is text', data, { MetricDataResults: [{ Values: ['1'] }] }],
    ['where a time is a number', data, { MetricDataResults: [{ Timestamps: [1] }] }],
    ['where a time is in no calendar', data, { MetricDataResults: [{ Timestamps: [new Date(8.65e15)] }] }],
    ['where a number is none', data, { MetricDataResults: [{ Values: [Number.NaN] }] }],
    ['where a number has no end', data, { MetricDataResults: [{ Values: [Number.POSITIVE_INFINITY] }] }],
    ['where a structure is a list', alarms, { MetricAlarms: [[]] }],
    ['where a flag is text', versions, { IsTruncated: 'true' }],
    ['where it is a list itself', alarms, []],
  ])('%s', (_title, command, output) => {
    expect(oddityOf(command, { output })).toBe('shape')
  })
})

const utf8 = (text: string) => Buffer.from(text)
const role = new GetRoleCommand({ RoleName: 'r' })
const metrics = new ListMetricsCommand({})
const query = (members: string) => `<ListRolePoliciesResponse>${members}</ListRolePoliciesResponse>`
const policies = new ListRolePoliciesCommand({ RoleName: 'r' })

describe('what came tells an answer that says nothing from one that says there is none', () => {
  test.each([
    ['there is no configuration', new GetModelInvocationLoggingConfigurationCommand({}), '{}', {}],
    ['no metric', metrics, ' \n{"Metrics":[]}', { Metrics: [] }],
    [
      'no policy',
      policies,
      query('<ListRolePoliciesResult><PolicyNames/></ListRolePoliciesResult>'),
      { PolicyNames: [] },
    ],
    ['never versioned', new GetBucketVersioningCommand({ Bucket: 'b' }), '<VersioningConfiguration/>', {}],
    ['of us-east-1', new GetBucketLocationCommand({ Bucket: 'b' }), '<?xml version="1.0"?><LocationConstraint/>', {}],
    ['all that there is to say stands in headers', new CreateBucketCommand({ Bucket: 'b' }), '', { Location: '/b' }],
    ['there is nothing to say', new PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 1 }), '', {}],
    ['a structure of no members', alarms, '{"MetricAlarms":[{}]}', { MetricAlarms: [{}] }],
  ])('%s', (_title, command, text, output) => {
    expect(oddityOf(command, { output, body: utf8(text) })).toBeUndefined()
  })

  test.each([
    ['nothing at all', metrics, '', {}],
    ['blanks', metrics, '  \n', {}],
    ['null', metrics, 'null', {}],
    ['a list', metrics, '[]', {}],
    ['a number', metrics, '5', {}],
    ['a list in place of a structure', metrics, '{"Metrics":[[[]]]}', { Metrics: [{}] }],
    [
      'a list in place of a structure, deep',
      metrics,
      '{"Metrics":[{"Dimensions":[[]]}]}',
      { Metrics: [{ Dimensions: [{}] }] },
    ],
    ['nothing where JSON is due', new GetModelInvocationLoggingConfigurationCommand({}), '', {}],
    ['nothing where XML is due', new GetBucketVersioningCommand({ Bucket: 'b' }), '', {}],
    ['no policy text', new GetBucketPolicyCommand({ Bucket: 'b' }), '', { Policy: '' }],
    ['another element', policies, '<html/>', { PolicyNames: [] }],
    ['no result', policies, query(''), { PolicyNames: [] }],
    ['a result without what it has always', role, '<GetRoleResponse><GetRoleResult/></GetRoleResponse>', {}],
  ])('%s is none', (_title, command, text, output) => {
    expect(oddityOf(command, { output, body: utf8(text) })).toBeDefined()
  })
})

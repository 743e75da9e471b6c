import { DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { CreateBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { hasItsShape } from '../../src/aws/shape.ts'

const alarms = new DescribeAlarmsCommand({})
const data = new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(1) })
const versions = new ListObjectVersionsCommand({ Bucket: 'b' })

describe('an answer has its shape', () => {
  test.each([
    ['with nothing in it', alarms, { $metadata: {} }],
    ['with members that nobody knows', alarms, { Novelty: 1, MetricAlarms: [{ AlarmName: 'a', Threshold: 1 }] }],
    ['with times and numbers', data, { MetricDataResults: [{ Id: 'q0', Timestamps: [new Date()], Values: [1.5] }] }],
    ['with what is no list of numbers in JSON', versions, { IsTruncated: false, Versions: [{ Key: 'k', Size: 1 }] }],
    ['without a body', new CreateBucketCommand({ Bucket: 'b' }), {}],
    ['where the command carries no schema', {}, { MetricAlarms: 'x' }],
  ])('%s', (_title, command, output) => {
    expect(hasItsShape(command, output)).toBe(true)
  })
})

describe('an answer has not', () => {
  test.each([
    ['where a list is text', alarms, { MetricAlarms: 'x' }],
    ['where a list has a hole', alarms, { MetricAlarms: [null] }],
    ['where a name is a number', alarms, { MetricAlarms: [{ AlarmName: 1 }] }],
    ['where a number is text', data, { MetricDataResults: [{ Values: ['1'] }] }],
    ['where a time is a number', data, { MetricDataResults: [{ Timestamps: [1] }] }],
    ['where a structure is a list', alarms, { MetricAlarms: [[]] }],
    ['where a flag is text', versions, { IsTruncated: 'true' }],
    ['where it is a list itself', alarms, []],
  ])('%s', (_title, command, output) => {
    expect(hasItsShape(command, output)).toBe(false)
  })
})

import { expect, test } from '@jest/globals'
import { dashboardUrl, isRegionName, partitionOf, pricingRegion } from '../../src/aws/partitions.ts'

test.each([
  ['us-east-1', 'aws', 'https://us-east-1.console.aws.amazon.com/'],
  ['us-gov-west-1', 'aws-us-gov', 'https://console.amazonaws-us-gov.com/'],
  ['cn-north-1', 'aws-cn', 'https://console.amazonaws.cn/'],
])('%s is in %s', (region, partition, console) => {
  expect(partitionOf(region).id).toBe(partition)
  expect(dashboardUrl(region, 'D')).toBe(`${console}cloudwatch/home?region=${region}#dashboards/dashboard/D`)
})

test.each([
  ['us-east-1', true],
  ['us-gov-east-1', true],
  ['ap-southeast-7', true],
  ['il-central-1', true],
  ['us-iso-east-1', true],
  ['ca-west-1', true],
  ['eu-south-2', true],
  ['', false],
  ['us-esat-1', false],
  ['zz-east-1', false],
  ['us-east-0', false],
  ['us-east-99', true],
  ['eusc-de-east-1', true],
  ['us-east', false],
  ['US-EAST-1', false],
  ['us-east-1a', false],
  ['us_east_1', false],
  ['useast1', false],
])('isRegionName(%j) is %p', (name, expected) => {
  expect(isRegionName(name)).toBe(expected)
})

test.each([
  ['eu-west-1', 'eu-central-1'],
  ['il-central-1', 'eu-central-1'],
  ['me-south-1', 'eu-central-1'],
  ['af-south-1', 'eu-central-1'],
  ['ap-northeast-1', 'ap-south-1'],
  ['us-west-2', 'us-east-1'],
  ['sa-east-1', 'us-east-1'],
])('the price list for %s is read in %s, the nearest of its three endpoints', (region, endpoint) => {
  expect(pricingRegion(region)).toBe(endpoint)
})

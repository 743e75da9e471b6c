import { describe, expect, it } from '@jest/globals'
import { geographiesOf, isCommercial, isListRegion } from '../../../src/report/prices/model-id.ts'

describe('the geographies of a Region, narrowest first', () => {
  it.each([
    ['us-east-1', ['us']],
    ['us-gov-west-1', ['us-gov']],
    ['eu-central-1', ['eu']],
    ['ca-central-1', ['ca']],
    ['sa-east-1', ['sa']],
    ['ap-northeast-1', ['jp', 'apac']],
    ['ap-northeast-2', ['kr', 'apac']],
    ['ap-northeast-3', ['jp', 'apac']],
    ['ap-northeast-10', ['apac']],
    ['ap-southeast-1', ['apac']],
    ['ap-southeast-2', ['au', 'apac']],
    ['ap-southeast-4', ['au', 'apac']],
    ['ap-southeast-20', ['apac']],
    ['ap-south-1', ['in', 'apac']],
    ['ap-south-2', ['in', 'apac']],
    ['ap-east-1', ['apac']],
    ['', ['']],
  ])('of %j are %j', (region, geographies) => {
    expect(geographiesOf(region)).toEqual(geographies)
  })
})

it.each([
  ['us-east-1', true, true],
  ['us-west-2', true, true],
  ['us-west-1', false, true],
  ['eu-west-1', false, true],
  ['us-gov-west-1', false, false],
  ['cn-north-1', false, false],
])('a list without Regions means %s: %p; a commercial price may hold there: %p', (region, listed, commercial) => {
  expect([isListRegion(region), isCommercial(region)]).toEqual([listed, commercial])
})

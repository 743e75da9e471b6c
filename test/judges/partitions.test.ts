import { describe, expect, test } from '@jest/globals'
import { bedrockRegions, dashboardUrl, isRegionName, partitionOf, pricingRegion } from '../../src/aws/partitions.ts'
import { resolveRegions } from '../../src/cli/session/connection.ts'
import type { Env } from '../../src/steps/env.ts'
import { checkNotifications } from '../../src/steps/notify/notifications.ts'
import { keyDemands } from '../../src/steps/permissions/key-policy.ts'
import { permissionsPolicy } from '../../src/steps/permissions/permissions.ts'
import { PURPOSES } from '../../src/steps/permissions/purposes.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import type { Settings } from '../../src/steps/settings.ts'
import { allSteps, resourcesOf } from '../../src/steps/steps.ts'
import { EVERYTHING } from '../support/everything.ts'
import { describeWithBotocore, python } from './botocore.ts'

interface Partition {
  id: string
  regex: string
  dnsSuffix: string
  regions: string[]
  /** The Regions and pseudo-Regions of a service's endpoints. */
  endpoints: Record<string, string[]>
}

/** What AWS says of its partitions, for its own SDKs. */
const READ = `
import botocore, json, os
data = os.path.join(os.path.dirname(botocore.__file__), 'data')
named = json.load(open(os.path.join(data, 'partitions.json')))['partitions']
known = {each['partition']: each for each in json.load(open(os.path.join(data, 'endpoints.json')))['partitions']}
print(json.dumps([{
  'id': each['id'], 'regex': each['regionRegex'], 'dnsSuffix': each['outputs']['dnsSuffix'],
  'regions': [region for region in each['regions'] if not region.endswith('-global')],
  'endpoints': {name: list(service['endpoints']) for name, service in known[each['id']]['services'].items()},
} for each in named]))`

const ACCOUNT = '111122223333'

function settingsFor(region: string): Settings {
  const partition = partitionOf(region).id
  const key = `arn:${partition}:kms:${region}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const keys = { bucketKmsKey: key, logGroupKmsKey: key, topicKmsKey: key }
  const values = { ...EVERYTHING, ...keys, ...(partition !== 'aws' && { budgetUsd: 0, billingExport: false }) }
  return resolveSettings([{ source: 'test', values }]).settings
}

const MODEL = {
  modelId: 'amazon.nova-pro-v1:0',
  invocations: 5,
  tokens: { input: 1000, output: 500, cacheRead: 0, cacheWrite: 0 },
  metrics: {
    input: 'InputTokenCount',
    output: 'OutputTokenCount',
    cacheRead: 'CacheReadInputTokenCount',
    cacheWrite: 'CacheWriteInputTokenCount',
  },
  prices: { input: 0.8, output: 3.2, cacheRead: 0.2, cacheWrite: 0 },
  quotas: { pool: 'amazon.nova-pro-v1:0', tokensPerMinute: 1000, requestsPerMinute: 100 },
}

function envIn(region: string): Env {
  return {
    accountId: ACCOUNT,
    region,
    regions: [region],
    homeRegion: region,
    settings: settingsFor(region),
    inUse: new Map([[region, [MODEL]]]),
    quotasReadIn: new Set([region]),
  }
}

/** Every ARN that a setup in a Region, or a printed policy for it, would hold. */
function texts(region: string): string {
  const env = envIn(region)
  checkNotifications(env)
  const scope = { accountId: ACCOUNT, regions: [region], settings: env.settings }
  return JSON.stringify([
    resourcesOf(allSteps(env)).map((resource) => [resource.desired(undefined), resource.permissions()]),
    resourcesOf(allSteps({ ...env, homeRegion: undefined })).map((resource) => resource.desired(undefined)),
    [true, false].map((everyRegion) => PURPOSES.map((each) => permissionsPolicy({ ...scope, everyRegion }, each))),
    keyDemands(env),
  ])
}

const refusal = (region: string) => {
  try {
    resolveRegions([region], {}, undefined)
    return undefined
  } catch (error) {
    return error
  }
}

describeWithBotocore("AWS's own list of partitions", () => {
  const partitions = python<Partition[]>(READ)
  const regions = partitions.flatMap((partition) => partition.regions.map((region) => ({ region, partition })))

  test('is there: the judge has not been emptied', () => {
    expect(partitions.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'aws',
        'aws-cn',
        'aws-eusc',
        'aws-iso',
        'aws-iso-b',
        'aws-iso-e',
        'aws-iso-f',
        'aws-us-gov',
      ]),
    )
    expect(regions.length).toBeGreaterThan(40)
  })

  test.each(regions.map(({ region, partition }) => [region, partition] as const))(
    '%s is in its partition, and in no text in another; or it is refused by name',
    (region, partition) => {
      expect([region, partitionOf(region).id]).toEqual([region, partition.id])
      expect(isRegionName(region)).toBe(true)
      const error = refusal(region)
      if (error !== undefined) {
        expect(error).toMatchObject({
          kind: 'usage',
          message: expect.stringContaining(region),
          hint: expect.any(String),
        })
        return
      }
      const found = texts(region).match(/arn:[a-z0-9-]*:/g) ?? []
      expect(found.length).toBeGreaterThan(50)
      expect([...new Set(found)]).toEqual([`arn:${partition.id}:`])
      expect(new URL(dashboardUrl(region, 'd')).host).toMatch(
        /(^|\.)console\.(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws-eusc\.eu)$/,
      )
    },
  )

  test.each(
    partitions.flatMap(({ id, regex, regions: [known = ''] }) =>
      ['9', '10', '12'].map((n) => [id, regex, known.replace(/\d+$/, n)] as const),
    ),
  )('a Region of %s that nobody knows yet (%s, %s) is in that partition all the same', (id, regex, region) => {
    expect(region).toMatch(new RegExp(regex))
    expect(isRegionName(region)).toBe(true)
    expect(partitionOf(region).id).toBe(id)
  })

  test('what is like a Region of no partition is not taken for a commercial one', () => {
    for (const region of ['us-isog-east-1', 'eu-isob-west-1', 'us-iso-1', 'eusc-east-1', 'us-govx-west-1']) {
      expect(partitions.some(({ regex }) => new RegExp(regex).test(region) && region !== 'us-iso-1')).toBe(false)
      expect(refusal(region)).toMatchObject({ kind: 'usage', message: expect.stringContaining(region) })
    }
  })

  test('Bedrock is where it has endpoints', () => {
    for (const {
      id,
      regions: [first = ''],
      regions: all,
      endpoints,
    } of partitions) {
      if (refusal(first) !== undefined) continue
      const listed = (endpoints.bedrock ?? []).filter((region) => all.includes(region))
      expect([id, [...bedrockRegions(first)].sort()]).toEqual([id, listed.sort()])
    }
  })

  test('no service is called in a partition that has no endpoint of it', () => {
    for (const {
      id,
      regions: [first = ''],
      endpoints,
    } of partitions) {
      if (refusal(first) !== undefined) continue
      const has = partitionOf(first)
      if (has.hasBudgets) expect([id, Object.keys(endpoints)]).toEqual([id, expect.arrayContaining(['budgets'])])
      if (has.hasPriceList)
        expect([id, endpoints['api.pricing']]).toEqual([id, expect.arrayContaining([pricingRegion(first)])])
      const policy = JSON.stringify(
        PURPOSES.map((each) =>
          permissionsPolicy(
            { accountId: ACCOUNT, regions: [first], everyRegion: true, settings: settingsFor(first) },
            each,
          ),
        ),
      )
      expect([id, policy.includes('budgets:')]).toEqual([id, has.hasBudgets])
      expect([id, policy.includes('bcm-data-exports:')]).toEqual([id, has.hasDataExports])
      expect([id, policy.includes('pricing:')]).toEqual([id, has.hasPriceList])
    }
  })
})

describe('one command, one partition', () => {
  test('Regions of two partitions are refused, with what to do', () => {
    expect(refusal('us-east-1,us-gov-west-1')).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/us-gov-west-1.*aws-us-gov.*us-east-1|us-east-1.*us-gov-west-1/),
      hint: expect.stringContaining('--region'),
    })
    expect(refusal('eu-west-1,eusc-de-east-1')).toMatchObject({ kind: 'usage' })
  })

  test('all Regions from one that is refused are refused, too', () => {
    for (const region of ['cn-north-1', 'us-iso-east-1']) {
      expect(() => resolveRegions(['all'], { AWS_REGION: region }, undefined)).toThrow(
        expect.objectContaining({ kind: 'usage', message: expect.stringContaining(region) }),
      )
    }
  })

  test.each([
    ['snsTopic', 'arn:aws:sns:us-gov-west-1:111122223333:alerts'],
    ['snsTopic', 'arn:aws-eusc:sns:eu-central-1:111122223333:alerts'],
    ['bucketKmsKey', 'arn:aws:kms:eusc-de-east-1:111122223333:key/1234abcd'],
    ['topicKmsKey', 'arn:aws-cn:kms:us-east-1:111122223333:key/1234abcd'],
    ['logGroupKmsKey', 'arn:aws-gov:kms:us-gov-west-1:111122223333:key/1234abcd'],
  ])('%s %s, whose Region is of another partition, is refused', (key, value) => {
    expect(() => resolveSettings([{ source: 'test', values: { [key]: value } }])).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(value) }),
    )
  })
})

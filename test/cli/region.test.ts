import { describe, expect, test } from '@jest/globals'
import { resolveRegion } from '../../src/cli/region.ts'

const ALL = { BEDROCK_MONITOR_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' }

describe('the Region comes from', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    ['the flag before all', ['us-gov-west-1'], ALL, 'us-gov-west-1'],
    ['our own variable', [], ALL, 'eu-west-1'],
    ['AWS_REGION', [], { ...ALL, BEDROCK_MONITOR_REGION: '' }, 'eu-west-2'],
    ['AWS_DEFAULT_REGION, which the SDK ignores', [], { AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    ['the profile at last', [], {}, 'ap-southeast-4'],
    ['a flag that names the same one twice', ['us-east-1', 'us-east-1'], {}, 'us-east-1'],
  ])('%s', (_, flags, env, region) => {
    expect(resolveRegion(flags, env, 'ap-southeast-4')).toBe(region)
  })
})

describe('a Region is refused', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    ['when there is none', [], {}, 'no Region is given'],
    ['when it has another form', ['useast1'], {}, "--region is 'useast1': not a Region"],
    ['when a variable is wrong', [], { AWS_REGION: 'Frankfurt' }, "AWS_REGION is 'Frankfurt': not a Region"],
    [
      'when there are several',
      ['us-east-1', 'us-west-2'],
      {},
      '--region is us-east-1,us-west-2: one Region at a time for now',
    ],
    ['when it is all of them', ['all'], {}, '--region is all: one Region at a time for now'],
    [
      'when a variable lists several',
      [],
      { AWS_REGION: 'us-east-1,us-west-2' },
      'AWS_REGION is us-east-1,us-west-2: one Region at a time for now',
    ],
  ])('%s', (_, flags, env, message) => {
    expect(() => resolveRegion(flags, env, undefined)).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint: expect.any(String) }),
    )
  })
})

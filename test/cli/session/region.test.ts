import { describe, expect, test } from '@jest/globals'
import { orUnknownRegion, resolveRegion, resolveRegions } from '../../../src/cli/session/connection.ts'
import { AppError } from '../../../src/core/errors.ts'

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
    expect(resolveRegions(flags, env, 'ap-southeast-4')).toEqual({ named: [region] })
  })
})

describe('a Region is refused', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    ['when there is none', [], {}, 'no Region is given'],
    ['when it has another form', ['useast1'], {}, "--region is 'useast1': not a Region"],
    ['when a variable is wrong', [], { AWS_REGION: 'Frankfurt' }, "AWS_REGION is 'Frankfurt': not a Region"],
    ['when one of several has another form', ['us-east-1', 'west'], {}, "--region is 'west': not a Region"],
    ['when all stands among others', ['us-east-1', 'all'], {}, "--region is 'all': not a Region"],
  ])('%s', (_, flags, env, message) => {
    expect(() => resolveRegions(flags, env, undefined)).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint: expect.any(String) }),
    )
  })
})

test('a Region that is mistyped is asked after', () => {
  expect(() => resolveRegions(['us-esat-1'], {}, undefined)).toThrow(
    expect.objectContaining({ hint: 'did you mean us-east-1?' }),
  )
})

describe('several Regions', () => {
  test.each<[string, string[], Record<string, string>, object]>([
    [
      'in the order they are given, each once',
      ['eu-west-1,us-east-1', 'eu-west-1'],
      {},
      { named: ['eu-west-1', 'us-east-1'] },
    ],
    ['from a variable', [], { AWS_REGION: 'us-east-1, us-west-2' }, { named: ['us-east-1', 'us-west-2'] }],
    ['all of them, from the one that is set', ['all'], { AWS_REGION: 'eu-west-1' }, { allFrom: 'eu-west-1' }],
    ['all of them, from us-east-1 where none is set', ['all'], {}, { allFrom: 'us-east-1' }],
  ])('%s', (_, flags, env, choice) => {
    expect(resolveRegions(flags, env, undefined)).toEqual(choice)
  })

  test('are refused where there can be only one', () => {
    expect(resolveRegion(['us-east-1'])).toBe('us-east-1')
    for (const flags of [['us-east-1', 'us-west-2'], ['all']]) {
      expect(() => resolveRegion(flags)).toThrow(expect.objectContaining({ kind: 'usage' }))
    }
  })
})

describe('a Region that nobody knows', () => {
  const noAddress = new AppError('aws', 'ENOTFOUND', 'getaddrinfo ENOTFOUND sts.us-east-9.amazonaws.com')

  test('is wrong usage once its endpoint turns out to have no address', () => {
    expect(orUnknownRegion(noAddress, 'us-east-9')).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('Region us-east-9 does not seem to exist'),
      hint: 'did you mean us-east-1?',
    })
  })

  test('is told what one looks like where none is near', () => {
    expect(orUnknownRegion(noAddress, 'mx-northwest-7').hint).toBe('give a Region such as us-east-1')
  })

  test('is not to blame for anything else, nor is a known one for a missing network', () => {
    const denied = new AppError('aws', 'AccessDenied', 'no')
    expect(orUnknownRegion(denied, 'us-east-9')).toBe(denied)
    expect(orUnknownRegion(noAddress, 'us-east-1')).toBe(noAddress)
  })
})

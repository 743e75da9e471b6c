import { describe, expect, it } from '@jest/globals'
import { checkGroupings, findSource, isGrouping, SOURCES } from '../../../src/report/sources/index.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { SETTINGS } from '../../../src/steps/settings.ts'

const ALL = ['model', 'region', 'identity', 'operation', 'profile', 'hour', 'day', 'week', 'month', 'metadata:team']

describe('isGrouping', () => {
  it.each([
    'model',
    'region',
    'identity',
    'operation',
    'profile',
    'hour',
    'day',
    'week',
    'month',
    'metadata:team',
    'metadata:a b:c',
  ])('takes %p', (name) => expect(isGrouping(name)).toBe(true))
  it.each(['', 'Model', 'models', 'metadata', 'metadata:', 'toString', '__proto__', 'weeks'])('refuses %p', (name) =>
    expect(isGrouping(name)).toBe(false),
  )
})

describe('every source', () => {
  it('has a name of its own', () => {
    expect(new Set(SOURCES.map(({ name }) => name)).size).toBe(SOURCES.length)
  })

  it.each([...SOURCES])('$name goes by settings that there are', ({ settings }) => {
    const keys = SETTINGS.map(({ key }) => key)
    for (const setting of settings) expect(keys).toContain(setting)
  })

  it.each([...SOURCES])('$name reads only: what it is granted changes nothing', (source) => {
    const { settings } = resolveSettings([{ source: 'test', values: { lake: true } }])
    const grants = source.grants({ accountId: '111122223333', region: 'us-east-1', settings })
    expect(grants.length > 0).toBe(!source.isAtHand)
    const reading = /:(Get|List|Describe|(?:Start|Stop)Query(?:Execution)?$)/
    // Athena writes its answers into a bucket that has nothing else.
    const isOfAnswers = (resource: string) => resource.startsWith('arn:aws:s3:::bedrock-athena-')
    const others = grants.filter(({ resources }) => !resources.every(isOfAnswers))
    for (const action of others.flatMap(({ actions }) => actions)) expect(action).toMatch(reading)
  })
})

describe('checkGroupings', () => {
  it.each(['logs', 's3', 'file'] as const)('lets %s group by everything', (source) => {
    expect(() => checkGroupings(findSource(source), ALL)).not.toThrow()
  })

  it.each(['identity', 'operation', 'metadata:team'])(
    'refuses %s of metrics and names the sources that tell it',
    (by) => {
      expect(() => checkGroupings(findSource('metrics'), ['model', by])).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: expect.stringContaining(by),
          hint: expect.stringMatching(/--source logs.*--source s3.*--source file:PATH/),
        }),
      )
    },
  )

  it('lets whatever has records group by tier', () => {
    for (const source of ['s3', 'file', 'logs', 'athena'])
      expect(() => checkGroupings(findSource(source), ['tier'])).not.toThrow()
  })

  it('lets metrics group by all else', () => {
    expect(() => checkGroupings(findSource('metrics'), ['model', 'region', 'profile', 'hour', 'day'])).not.toThrow()
  })

  it.each([...SOURCES])('refuses of $name what is not something to group by', (source) => {
    for (const by of ['person', 'metadata:', 'tag:', '']) {
      expect(() => checkGroupings(source, [by])).toThrow(expect.objectContaining({ kind: 'usage' }))
    }
  })
})

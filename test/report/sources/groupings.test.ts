import { describe, expect, it } from '@jest/globals'
import { SOURCES } from '../../../src/report/model.ts'
import { checkGroupings } from '../../../src/report/sources/groupings.ts'

const ALL = ['model', 'region', 'identity', 'operation', 'profile', 'hour', 'day', 'metadata:team']

describe('checkGroupings', () => {
  it.each(['logs', 's3', 'file'] as const)('lets %s group by everything', (source) => {
    expect(() => checkGroupings(source, ALL)).not.toThrow()
  })

  it.each(['identity', 'operation', 'metadata:team'])(
    'refuses %s of metrics and names the sources that tell it',
    (by) => {
      expect(() => checkGroupings('metrics', ['model', by])).toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: expect.stringContaining(by),
          hint: expect.stringMatching(/--source logs.*--source s3.*--source file:PATH/),
        }),
      )
    },
  )

  it('lets metrics group by all else', () => {
    expect(() => checkGroupings('metrics', ['model', 'region', 'profile', 'hour', 'day'])).not.toThrow()
  })

  it.each(SOURCES)('refuses of %s what is nothing to group by', (source) => {
    for (const by of ['user', 'metadata:', '']) {
      expect(() => checkGroupings(source, [by])).toThrow(expect.objectContaining({ kind: 'usage' }))
    }
  })
})

import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diff, equal } from '../../src/core/diff.ts'

describe('diff', () => {
  test('names every setting that differs by its path', () => {
    expect(diff({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 5 }, e: 4 })).toEqual([
      { path: 'a.c', from: 2, to: 5 },
      { path: 'd', from: 3, to: undefined },
      { path: 'e', from: undefined, to: 4 },
    ])
  })

  test('shows a list that differs as a whole', () => {
    expect(diff({ actions: ['x', 'y'] }, { actions: ['x'] })).toEqual([
      { path: 'actions', from: ['x', 'y'], to: ['x'] },
    ])
  })

  test('takes an absent key and an undefined one for the same', () => {
    expect(diff({ a: undefined }, {})).toEqual([])
  })

  test('finds nothing between a value and its copy, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const copy = Object.fromEntries(Object.entries(structuredClone(value)).reverse())
        expect(diff(value, copy)).toEqual([])
      }),
    )
  })

  test('finds something exactly when the values are written differently', () => {
    const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown)
    fc.assert(fc.property(value, value, (a, b) => expect(equal(a, b)).toBe(isDeepStrictEqual(a, b))))
  })
})

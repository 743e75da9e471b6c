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

  test.each([
    ['a value of another kind', { a: 1 }, { a: '1' }, { path: 'a', from: 1, to: '1' }],
    ['an object where nothing was', { a: null }, { a: { b: 1 } }, { path: 'a', from: null, to: { b: 1 } }],
    ['nothing where an object was', { a: { b: 1 } }, { a: null }, { path: 'a', from: { b: 1 }, to: null }],
    ['a list where an object was', { a: {} }, { a: [] }, { path: 'a', from: {}, to: [] }],
    ['an object where a list was', { a: [1] }, { a: { 0: 1 } }, { path: 'a', from: [1], to: { 0: 1 } }],
    ['a list that only begins alike', { a: [1] }, { a: [1, 2] }, { path: 'a', from: [1], to: [1, 2] }],
    ['a list in another order', { a: [1, 2] }, { a: [2, 1] }, { path: 'a', from: [1, 2], to: [2, 1] }],
    ['a value that is no object at all', undefined, 5, { path: '', from: undefined, to: 5 }],
  ])('finds %s', (_what, from, to, change) => {
    expect(diff(from, to)).toEqual([change])
    expect(equal(from, to)).toBe(false)
  })

  test('names the settings in the order of the alphabet, whichever side has them', () => {
    expect(diff({ b: 1, d: 1 }, { c: 1, a: 1 }).map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd'])
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

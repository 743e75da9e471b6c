import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { didYouMean, editDistance, suggest } from '../../../src/text/nearest.ts'

describe('what was probably meant', () => {
  const words = ['setup', 'status', 'report', 'cleanup', 'sandbox', 'demo']
  test.each([
    ['stauts', 'status'],
    ['reprot', 'report'],
    ['clean', 'cleanup'],
    ['rep', 'report'],
    ['s', undefined],
    ['xyzzy', undefined],
    ['', undefined],
  ])('by %p is %p', (typed, meant) => {
    expect(suggest(typed, words)).toBe(meant)
  })

  test('is nothing where two words begin so', () => {
    expect(suggest('log', ['log-group-name', 'log-stream-name'])).toBeUndefined()
  })
})

describe('the distance of two words', () => {
  const word = fc.string({ maxLength: 12 })
  test('is the same both ways, and nothing for the same word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })
  test('is one for a letter too many and for two swapped', () => {
    expect([editDistance('report', 'repoort'), editDistance('report', 'reprot')]).toEqual([1, 1])
  })
})

test('a word of which no letter is right was not meant', () => {
  expect([suggest('9', ['1', '2b']), suggest('3b', ['1', '2b'])]).toEqual([undefined, '2b'])
})

test('the hint asks, or is none', () => {
  expect([didYouMean('stauts', ['status']), didYouMean('xyzzy', ['status']), didYouMean('a')]).toEqual([
    'did you mean status?',
    undefined,
    undefined,
  ])
})

import { describe, expect, it } from '@jest/globals'
import { agree, complete, type Figures } from '../../../src/report/prices/book.ts'

const quote = (source: string, perMillion: Figures) => ({ source, perMillion, asOf: null })

describe('two sources', () => {
  it.each<[string, Figures, Figures, boolean]>([
    ['say the same', { input: 1n, output: 2n }, { input: 1n, output: 2n }, true],
    ['know different kinds', { input: 1n }, { output: 2n }, true],
    ['know one kind each, and one both', { input: 1n, output: 2n }, { output: 2n, cacheRead: 3n }, true],
    ['say otherwise of one kind', { input: 1n, output: 2n }, { input: 1n, output: 3n }, false],
    ['know nothing', {}, {}, true],
  ])('that %s: do they agree?', (_what, one, other, expected) => {
    expect([agree(one, other), agree(other, one)]).toEqual([expected, expected])
  })
})

describe('what one source lacks', () => {
  it('is taken from the first that has it, and only those that gave something are named', () => {
    const first = quote('first', { input: 1n })
    const more = [
      quote('second', { input: 1n }),
      quote('third', { output: 2n }),
      quote('fourth', { output: 3n, cacheRead: 4n }),
    ]
    expect(complete(first, more)).toStrictEqual({
      perMillion: { input: 1n, output: 2n, cacheRead: 4n },
      source: 'first + third + fourth',
    })
    expect(first.perMillion).toEqual({ input: 1n })
  })

  it('is left out where nobody has it', () => {
    expect(complete(quote('first', { input: 1n }), [])).toStrictEqual({ perMillion: { input: 1n }, source: 'first' })
  })

  it('never takes the place of what it says itself', () => {
    expect(complete(quote('first', { input: 0n }), [quote('second', { input: 5n })])).toStrictEqual({
      perMillion: { input: 0n },
      source: 'first',
    })
  })
})

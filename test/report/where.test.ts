import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { fitter, globSource, parseWhere, whereFitter, whereText } from '../../src/report/where.ts'

describe('a pattern', () => {
  it.each([
    ['*claude*', 'us.anthropic.claude-sonnet', true],
    ['claude*', 'us.anthropic.claude-sonnet', false],
    ['us-*-?', 'us-east-1', true],
    ['us-*-?', 'us-east-12', false],
    ['*ALICE', 'arn:aws:iam::111122223333:user/alice', true],
    ['a.b', 'aXb', false],
    ['[a-c]', 'b', false],
    ['', '', true],
    ['', 'x', false],
    ['*', '', true],
    ['?', '', false],
    ['*/x', 'a\nb/x', true],
  ])('%p of %p: %p', (glob, value, fits) => expect(fitter([glob])(value)).toBe(fits))

  test('fits itself, and stars stand for anything', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abC.*+?^{}$()|[]\\/-:µß ') })
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(fitter([a])(a)).toBe(true)
        expect(fitter([`${a}*${b}`])(`${a}${c}${b}`)).toBe(true)
        expect(fitter([a.replace(/[*?]/g, '')])(`${a.replace(/[*?]/g, '')}x`)).toBe(false)
        // As it stands between slashes in a query.
        expect(globSource([a, b])).not.toMatch(/(?<!\\)(?:\\\\)*\//)
      }),
    )
  })
})

describe('--where', () => {
  it.each([
    [['model=*claude*'], { model: ['*claude*'] }],
    [['model=a*', 'b*', 'region=us-*', 'model=c'], { model: ['a*', 'b*', 'c'], region: ['us-*'] }],
    [
      ['constructor=a', 'b', '__proto__=c'],
      Object.fromEntries([
        ['constructor', ['a', 'b']],
        ['__proto__', ['c']],
      ]),
    ],
    [['metadata:team=a=b'], { 'metadata:team': ['a=b'] }],
    [['metadata:team='], { 'metadata:team': [''] }],
    [[], undefined],
  ])('%p', (texts, where) => expect(parseWhere(texts)).toEqual(where))

  it.each([['x'], ['=x'], ['model=a\nb']])('refuses %p', (text) =>
    expect(() => parseWhere([text])).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(`--where is '${text}'`) }),
    ),
  )

  it('takes one pattern of each name', () => {
    const fits = whereFitter({ model: ['a*', 'b*'], region: ['us-*'] })
    expect(fits({ model: 'b1', region: 'us-east-1' })).toBe(true)
    expect(fits({ model: 'c', region: 'us-east-1' })).toBe(false)
    expect(fits({ model: 'a' })).toBe(false)
    expect(whereText({ model: ['a*', 'b*'], region: ['us-*'] })).toBe('model=a*,b* region=us-*')
  })
})

import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { globBase, globPattern, isGlob } from '../../../../src/report/sources/file/read.ts'

describe('globPattern', () => {
  it.each<[string, string, boolean]>([
    ['logs/*.gz', 'logs/a.gz', true],
    ['logs/*.gz', 'logs/a.gz.txt', false],
    ['logs/*.gz', 'logs/deep/a.gz', false],
    ['logs/**/*.gz', 'logs/a.gz', true],
    ['logs/**/*.gz', 'logs/2026/11/a.gz', true],
    ['logs/**', 'logs/2026/11/a.gz', true],
    ['./logs/*.gz', 'logs/a.gz', true],
    ['logs/?.gz', 'logs/a.gz', true],
    ['logs/?.gz', 'logs/ab.gz', false],
    ['logs/[a-c].gz', 'logs/b.gz', true],
    ['logs/[!a-c].gz', 'logs/b.gz', false],
    ['logs/[!a-c].gz', 'logs/d.gz', true],
    ['logs/{a,b}*.gz', 'logs/b1.gz', true],
    ['logs/{a,b}*.gz', 'logs/c1.gz', false],
    ['logs/*', 'logs/.hidden', false],
    ['logs/**/*', 'logs/.git/config', false],
    ['logs/a+b(1).gz*', 'logs/a+b(1).gz', true],
    ['logs/a+b(1).gz*', 'logs/aab1.gz', false],
  ])('%s on %s: %s', (glob, path, matches) => {
    expect(globPattern(glob).test(path)).toBe(matches)
  })

  test('is a pattern whatever is typed, and names without wildcards match themselves alone', () =>
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[\w.()+$^|-]{1,12}$/), (glob, name) => {
        expect(globPattern(glob)).toBeInstanceOf(RegExp)
        expect(globPattern(name).test(name)).toBe(true)
        expect(globPattern(name).test(`${name}x`)).toBe(false)
      }),
    ))
})

test.each([
  ['logs/*.gz', 'logs'],
  ['*.gz', '.'],
  ['/var/log/bedrock/2026-*/x', '/var/log/bedrock'],
  ['/*', '/'],
])('the wildcards of %s begin in %s', (glob, base) => {
  expect(isGlob(glob)).toBe(true)
  expect(globBase(glob)).toBe(base)
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CallsSeen, callsSeenMemory } from '../../../src/report/scan/calls-seen.ts'

const SAME = { high: 1, low: 0 }

/** Small, so that every level fills. */
const LEVELS = [16, 32, 64]
const few = (levels = LEVELS) => new CallsSeen(callsSeenMemory(levels), levels)

describe('the calls that were seen', () => {
  test('are told from each other, whatever their ids', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), fc.string(), fc.constantFrom('a', 'b', '__proto__'))), (ids) => {
        const seen = new CallsSeen(callsSeenMemory([16, 2048]), [16, 2048])
        const known = new Set<string>()
        for (const id of ids) {
          expect([id, seen.claim(id, SAME)]).toEqual([id, known.has(id) ? 'double' : 'new'])
          known.add(id)
        }
      }),
    ))

  test.each([
    ['counted up', (index: number) => `6d1f2f0e-2b6c-4f58-9a35-${index.toString(16).padStart(12, '0')}`],
    ['short', (index: number) => String(index)],
    ['alike but at their beginnings', (index: number) => `${index.toString(36)}-request-of-the-gateway`],
  ])('are not taken for each other where ids are %s', (_, idOf) => {
    const seen = new CallsSeen(callsSeenMemory())
    const said = { new: 0, double: 0, other: 0, unchecked: 0 }
    for (let index = 0; index < 300_000; index++) said[seen.claim(idOf(index), SAME)]++
    expect(said).toEqual({ new: 300_000, double: 0, other: 0, unchecked: 0 })
    for (let index = 0; index < 300_000; index += 1000) expect(seen.claim(idOf(index), SAME)).toBe('double')
  })

  test('are met by every thread that shares the memory', () => {
    const memory = callsSeenMemory(LEVELS)
    const [one, other] = [new CallsSeen(memory, LEVELS), new CallsSeen(memory, LEVELS)]
    expect([one.claim('a', SAME), other.claim('a', SAME), other.claim('b', SAME), one.claim('b', SAME)]).toEqual([
      'new',
      'double',
      'new',
      'double',
    ])
  })

  test('with records that differ: the one that ranks highest counts when they are read again, whatever came first', () => {
    const ranks = [
      { high: 5, low: -1 },
      { high: 5, low: 7 },
      { high: 4, low: -2 },
    ]
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 2, 1, 0], { minLength: 6 }),
        fc.shuffledSubarray([0, 1, 2, 0], { minLength: 4 }),
        (first, again) => {
          const memory = callsSeenMemory(LEVELS)
          const [one, other] = [new CallsSeen(memory, LEVELS), new CallsSeen(memory, LEVELS)]
          const rank = (which: number) => ranks[which] as (typeof ranks)[0]
          for (const [place, which] of first.entries()) (place % 2 === 0 ? one : other).claim('a', rank(which))
          const settled = new CallsSeen(memory, LEVELS, true)
          const said = again.map((which) => [which, settled.claim('a', rank(which))])
          const counted = said.filter(([, seen]) => seen === 'new').map(([which]) => which)
          expect(counted).toEqual([0])
          expect(
            said
              .filter(([, seen]) => seen === 'other')
              .map(([which]) => which)
              .sort(),
          ).toEqual([1, 2])
          expect(settled.claim('b', SAME)).toBe('new')
          expect(settled.claim('b', SAME)).toBe('double')
        },
      ),
    )
  })

  test('fill the memory to its last entry; then further ones are told to be unchecked, and never to be doubles', () => {
    const seen = few()
    const said = Array.from({ length: 1000 }, (_, index) => seen.claim(`call ${index}`, SAME))
    const kept = said.flatMap((one, index) => (one === 'new' ? [index] : []))
    expect(new Set(said)).toEqual(new Set(['new', 'unchecked']))
    expect(kept.length).toBe(16 + 32 + 64)
    for (const index of kept) expect(seen.claim(`call ${index}`, SAME)).toBe('double')
    expect(seen.claim('call 999', SAME)).toBe('unchecked')
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { shortNames } from '../../src/text/models.ts'

const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

describe('short names of models', () => {
  test.each([
    [`us.${SONNET}`, 'claude-sonnet-4-5'],
    [`us-gov.${SONNET}`, 'claude-sonnet-4-5'],
    [`arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`, 'claude-sonnet-4-5'],
    ['amazon.titan-embed-text-v2:0', 'titan-embed-text-v2'],
    ['amazon.titan-embed-text-v1:2:8k', 'titan-embed-text-v1:2:8k'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-v2'],
    ['deepseek.r1-v1:0', 'deepseek.r1'],
    ['bedrock-mantle/openai.gpt-oss-120b', 'bedrock-mantle/gpt-oss-120b'],
    ['zai.glm-4.6', 'glm-4.6'],
    ['arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3', 'a1b2c3'],
    ['', ''],
  ])('%p is %p', (id, name) => {
    expect(shortNames('model', [id])).toEqual([name])
  })

  test.each([
    [
      [`us.${SONNET}`, `global.${SONNET}`],
      ['us.claude-sonnet-4-5', 'global.claude-sonnet-4-5'],
    ],
    [
      [SONNET, SONNET.replace('0929', '1101')],
      ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20251101'],
    ],
    [
      ['amazon.rerank-v1:0', 'cohere.rerank-v1:0', 'amazon.nova-pro-v1:0'],
      ['amazon.rerank-v1:0', 'cohere.rerank-v1:0', 'nova-pro'],
    ],
  ])('have what tells %j apart', (ids, names) => {
    expect(shortNames('model', ids)).toEqual(names)
  })

  test('that people gave stay as they are, and others read unlike them', () => {
    const given = new Set(['nova-pro', 'team.checkout'])
    const ids = ['nova-pro', 'amazon.nova-pro-v1:0', 'team.checkout']
    expect(shortNames('model', ids, given)).toEqual(ids)
  })
})

test.each([
  [
    ['arn:aws:iam::111122223333:user/ann', 'arn:aws:sts::111122223333:assumed-role/App/i-1'],
    ['ann', 'App/i-1'],
  ],
  [
    ['arn:aws:iam::111122223333:user/ann', 'arn:aws:iam::111122223333:role/ann'],
    ['user/ann', 'role/ann'],
  ],
  [
    ['arn:aws:iam::111122223333:user/ann', 'ann'],
    ['user/ann', 'ann'],
  ],
  [
    ['2026-11-22T19:00+09:00 (from 19:30)', '2026-11-22T20:00Z'],
    ['2026-11-22 19:00 (from 19:30)', '2026-11-22 20:00'],
  ],
  [
    ['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00'],
    ['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25 03:00'],
  ],
  [['amazon.team-v1:0'], ['amazon.team-v1:0']],
])('callers, hours and all else: %j', (values, names) => {
  expect(shortNames('identity', values)).toEqual(names)
})

test('no two of them ever read alike, and the same value always reads the same', () => {
  const part = fc.constantFrom(
    'us.',
    'global.',
    'anthropic.',
    'amazon.',
    'nova',
    'claude-3',
    '-20250929',
    '-v1:0',
    ':0',
    'arn:aws:x::1:',
    'user/',
  )
  const value = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
  const values = fc.array(value, { maxLength: 30 })
  fc.assert(
    fc.property(fc.constantFrom('model', 'identity'), values, fc.array(fc.nat(29)), (name, all, picks) => {
      const given = new Set(picks.flatMap((pick) => all[pick] ?? []))
      const names = shortNames(name, all, given)
      const read = new Map(all.map((one, index) => [one, names[index]]))
      expect(names).toEqual(all.map((one) => read.get(one)))
      expect(new Set(read.values()).size).toBe(read.size)
      for (const one of given) expect(read.get(one)).toBe(one)
    }),
    { numRuns: 1_000 },
  )
})

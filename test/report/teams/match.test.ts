import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { dimensionsOfRules, parseTeams, ruleFinder, teamFinder } from '../../../src/report/teams/rules.ts'

const names = {
  profiles: [
    { id: 'abcdefabcdef', name: 'checkout', model: 'us.amazon.nova-pro-v1:0', tags: { team: 'Shop', empty: '' } },
    { id: '000000000000', model: 'us.amazon.nova-lite-v1:0' },
  ],
  accounts: [{ id: '111122223333', name: 'prod' }, { id: '444455556666' }],
}
const PROFILE_ARN = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefabcdef'

describe('a rule fits', () => {
  it.each<[Record<string, string | string[]>, Record<string, string>, boolean]>([
    [{ role: 'Search*' }, { role: 'SearchIndexer' }, true],
    [{ role: 'search*' }, { role: 'SearchIndexer' }, true],
    [{ role: 'Search*' }, { role: 'Research' }, false],
    [{ role: 'Search*' }, { role: '' }, false],
    [{ role: ['a', 'b?'] }, { role: 'bx' }, true],
    [{ role: 'a.c' }, { role: 'abc' }, false],
    [{ role: 'a', user: 'b' }, { role: 'a', user: 'b' }, true],
    [{ role: 'a', user: 'b' }, { role: 'a', user: 'c' }, false],
    [{ user: '' }, { role: 'a', user: '' }, true],
    [{ user: '' }, { role: 'a', user: 'c' }, false],
    [{ account: '1111*' }, { account: '111122223333' }, true],
    [{ account: 'prod' }, { account: '111122223333' }, true],
    [{ account: 'prod' }, { account: '444455556666' }, false],
    [{ account: '*' }, {}, true],
    [{ profile: 'check*' }, { model: 'abcdefabcdef' }, true],
    [{ profile: 'check*' }, { model: PROFILE_ARN }, true],
    [{ profile: 'abcdef*' }, { model: PROFILE_ARN }, true],
    [{ profile: 'us.*' }, { model: 'us.amazon.nova-pro-v1:0' }, true],
    [{ profile: '' }, { model: 'amazon.nova-pro-v1:0' }, true],
    [{ profile: '' }, { model: '000000000000' }, false],
    [{ model: '*nova-pro*' }, { model: PROFILE_ARN }, true],
    [{ model: '*nova-pro*' }, { model: '000000000000' }, false],
    [{ 'tag:team': 'shop' }, { model: PROFILE_ARN }, true],
    [{ 'tag:team': 'shop' }, { model: 'amazon.nova-pro-v1:0' }, false],
    [{ 'tag:team': '' }, { model: 'amazon.nova-pro-v1:0' }, true],
    [{ 'tag:constructor': '*function*' }, { model: PROFILE_ARN }, false],
    [{ 'metadata:team': 'ads' }, { 'metadata:team': 'ads' }, true],
    [{ 'metadata:team': 'ads' }, { 'metadata:other': 'ads' }, false],
  ])('%j: %j is %s', (rule, told, fits) => {
    const { rules } = parseTeams({ rules: [{ ...rule, team: 'mine' }] }, 'file')
    expect(teamFinder(rules, names)(told)).toBe(fits ? 'mine' : 'unallocated')
  })
})

test('it is the first rule that takes use, and each of those before does not fit it', () => {
  const glob = fc.constantFrom('a*', 'b', '*c', '?', '*', '')
  const value = fc.constantFrom('a', 'abc', 'b', 'c', '')
  const rule = fc.record({ role: glob, user: glob }, { requiredKeys: ['role'] })
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      fc.record({ role: value, user: value }),
      (given, told) => {
        const { rules } = parseTeams({ rules: given.map((one, index) => ({ ...one, team: `t${index}` })) }, 'file')
        const found = ruleFinder(rules, {})(told)
        const fits = rules.map((one) => ruleFinder([one], {})(told) !== undefined)
        expect(found).toBe(fits.includes(true) ? fits.indexOf(true) : undefined)
      },
    ),
  )
})

test('a source is asked for what rules are by: profiles and their tags are read off the model', () => {
  const { rules } = parseTeams(
    {
      rules: [
        { team: 'a', profile: 'x', 'tag:team': 'y' },
        { team: 'b', role: 'z', 'metadata:k': 'v', model: 'm' },
      ],
    },
    'file',
  )
  expect(dimensionsOfRules(rules, () => false)).toEqual(['model', 'role', 'metadata:k'])
  expect(dimensionsOfRules(rules, (name) => name === 'tag:team')).toEqual(['model', 'tag:team', 'role', 'metadata:k'])
})

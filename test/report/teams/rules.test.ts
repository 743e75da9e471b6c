import { describe, expect, it, test } from '@jest/globals'
import { parseTeams, teamNames, teamProblems } from '../../../src/report/teams/rules.ts'
import { parseTeamTable } from '../../../src/report/teams/table.ts'

const GIVEN = {
  rules: [
    { team: 'search', role: ['Search*', 'find-?'], account: '111122223333' },
    { team: 'ads', 'tag:team': 'ads' },
    { team: 'search', 'metadata:team': 'search' },
  ],
  budgets: { search: 500, ads: 0.25 },
  shared: { ads: 'by-spend' },
}
const TABLE = `team,role,account,tag:team,metadata:team,budgetUsd,shared
search,"Search*, find-?",111122223333,,,500,
ads,,,ads,,0.25,by-spend

search,,,,search,500,
`

describe('teams', () => {
  const expected = {
    source: 'file',
    rules: [
      { team: 'search', where: { role: ['Search*', 'find-?'], account: ['111122223333'] } },
      { team: 'ads', where: { 'tag:team': ['ads'] } },
      { team: 'search', where: { 'metadata:team': ['search'] } },
    ],
    budgets: new Map([
      ['search', 500_000_000_000n],
      ['ads', 250_000_000n],
    ]),
    shared: new Map([['ads', 'by-spend']]),
  }

  it('are read from an object', () => expect(parseTeams(GIVEN, 'file')).toEqual(expected))

  it.each([
    ['with commas', TABLE],
    ['with semicolons', TABLE.replace(/"[^"]*"|,/g, (part) => (part === ',' ? ';' : part))],
    ['with tabs', TABLE.replace(/"[^"]*"|,/g, (part) => (part === ',' ? '\t' : part))],
    ['as Excel writes it', `\uFEFF${TABLE.replaceAll('\n', '\r\n')}`],
  ])('are read from a table, %s', (_, text) => expect(parseTeamTable(text, 'file')).toEqual(expected))

  it('are named in the order of their rules, each once', () => {
    expect(teamNames(parseTeams(GIVEN, 'file'))).toEqual(['search', 'ads'])
  })

  it('have the empty pattern in a table as two quotation marks', () => {
    const { rules } = parseTeamTable('team,role,user\nbots,*,""""""\nall,*,"a*, """""\n', 'teams.csv')
    expect(rules.map(({ where }) => where)).toEqual([
      { role: ['*'], user: [''] },
      { role: ['*'], user: ['a*', ''] },
    ])
  })

  it('may get a budget in a row of its own', () => {
    const { rules, budgets } = parseTeamTable('team,role,budgetUsd\nsearch,Search*,\nsearch,,12.5\n', 'teams.csv')
    expect(rules).toHaveLength(1)
    expect([...budgets]).toEqual([['search', 12_500_000_000n]])
  })
})

describe('what is wrong is told with its place', () => {
  const rule = { team: 'search', role: 'Search*' }
  it.each<[unknown, readonly (string | number)[], RegExp]>([
    ['search', [], /teams is not an object/],
    [{}, ['rules'], /teams has no rules/],
    [{ rules: [] }, ['rules'], /teams has no rules/],
    [{ rules: [rule], budget: {} }, ['budget'], /unknown member 'budget'/],
    [{ rules: ['search'] }, ['rules', 0], /rules\[0\] is not an object/],
    [{ rules: [rule, { role: 'Search*' }] }, ['rules', 1, 'team'], /rules\[1\]: team is null/],
    [{ rules: [{ ...rule, team: 'unallocated' }] }, ['rules', 0, 'team'], /'unallocated', which is what no rule fits/],
    [{ rules: [{ ...rule, team: 'Unallocated' }] }, ['rules', 0, 'team'], /'Unallocated', which is what no rule fits/],
    [{ rules: [{ team: 'search' }] }, ['rules', 0], /rules\[0\] has no pattern/],
    [{ rules: [{ ...rule, roles: 'x' }] }, ['rules', 0, 'roles'], /no rules by 'roles'/],
    [{ rules: [{ ...rule, 'tag:': 'x' }] }, ['rules', 0, 'tag:'], /no rules by 'tag:'/],
    [{ rules: [{ ...rule, day: 'x' }] }, ['rules', 0, 'day'], /no rules by 'day'/],
    [{ rules: [{ ...rule, user: 7 }] }, ['rules', 0, 'user'], /user is 7/],
    [
      { rules: [{ ...rule, account: '1.11122E+11' }] },
      ['rules', 0, 'account'],
      /account is 1\.11122E\+11, a number that/,
    ],
    [{ rules: [{ ...rule, user: [] }] }, ['rules', 0, 'user'], /user is \[\]/],
    [{ rules: [rule], budgets: { ads: 5 } }, ['budgets', 'ads'], /no rule has this team/],
    [{ rules: [rule], budgets: { search: -5 } }, ['budgets', 'search'], /is -5/],
    [{ rules: [rule], budgets: { search: '500' } }, ['budgets', 'search'], /is "500"/],
    [{ rules: [rule], budgets: { search: 0.0000000001 } }, ['budgets', 'search'], /is 1e-10/],
    [{ rules: [rule], budgets: [500] }, ['budgets'], /not an object/],
    [{ rules: [rule], shared: { search: 'equally' } }, ['shared', 'search'], /is "equally"/],
  ])('%j', (given, path, message) => {
    const [problem] = teamProblems(given)
    expect(problem?.path).toEqual(['teams', ...path])
    expect(problem?.message).toMatch(message)
    expect(problem?.hint).not.toBe('')
    expect(() => parseTeams(given, 'mine.json')).toThrow(message)
  })

  it.each([
    ['role,budgetUsd\nx,5\n', /^teams\.csv:1: there is no column team/],
    ['team,role,role\na,b,c\n', /^teams\.csv:1: the column role is there twice/],
    ['team,rolle\na,b\n', /^teams\.csv:1: there are no rules by 'rolle'/],
    ['team,role,\na,b,\nc,d,e\n', /^teams\.csv:3: it has more cells/],
    ['team,role\na,"b,"\n', /^teams\.csv:2: role has a comma with no pattern beside it/],
    ['team,role\na,"b\nc,d\n', /^teams\.csv:2: a quotation mark is not closed/],
    ['team,role\na,b\n"c', /^teams\.csv:3: a quotation mark is not closed/],
    ['team,role\na,"b\nc"\nd,e,f\n', /^teams\.csv:4: it has more cells/],
    ['team,role\n\na,"b\nc"\n', /^teams\.csv:3: role is/],
    ['team,role\na,b\nc,d,e\n', /^teams\.csv:3: it has more cells/],
    ['team,role\na,b\nc,\n', /^teams\.csv:3: the rule has no pattern/],
    ['team,role,budgetUsd\na,b,5\na,c,6\n', /^teams\.csv:3: budgetUsd of a is 5 before and 6 here/],
    ['team,role,budgetUsd\na,b,5\nc,,6\n', /^teams\.csv:3: budgetUsd of c: no rule has this team/],
    ['team,role,budgetUsd\na,b,five\n', /^teams\.csv:2: budgetUsd of a is "five"/],
    ['team,role,budgetUsd\na,b,"1,200"\n', /^teams\.csv:2: budgetUsd of a is "1,200"/],
    ['team,role,budgetUsd\na,b,0x10\n', /^teams\.csv:2: budgetUsd of a is "0x10"/],
    ['team,role,shared\na,b,all\n', /^teams\.csv:2: shared of a is "all"/],
    ['team,account\na,111122223333\nb,1.11122E+11\n', /^teams\.csv:3: account is 1\.11122E\+11/],
    ['team;account\na;1,11122E+11\n', /^teams\.csv:2: account is 11122E\+11/],
    ['team,account\na,1E+11\n', /^teams\.csv:2: account is 1E\+11/],
    ['team,account\na,11122223333\n', /^teams\.csv:2: account is 11122223333/],
    ['team,tag:cost-center\na,4.00012E+15\n', /^teams\.csv:2: tag:cost-center is 4\.00012E\+15/],
    ['team,role\nunallocated,b\n', /^teams\.csv:2: team is 'unallocated'/],
    ['team,role\n', /^teams\.csv:1: there are no rules/],
    ['', /^teams\.csv:1: there is no column team/],
  ])('%j', (text, message) => {
    const refused = expect(() => parseTeamTable(text, 'teams.csv'))
    refused.toThrow(message)
    refused.toThrow(expect.objectContaining({ kind: 'usage', hint: expect.stringMatching(/./) }))
  })
})

test('names that mean something to JavaScript are names like any other', () => {
  const given = JSON.parse(
    '{"rules":[{"team":"__proto__","metadata:__proto__":"constructor"}],"budgets":{"__proto__":5}}',
  )
  const teams = parseTeams(given, 'file')
  expect(teamNames(teams)).toEqual(['__proto__'])
  expect([...teams.budgets]).toEqual([['__proto__', 5_000_000_000n]])
  expect(parseTeamTable('team,metadata:__proto__,budgetUsd\n__proto__,constructor,5\n', 'file')).toEqual(teams)
})

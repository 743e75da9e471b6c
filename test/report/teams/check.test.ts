import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { checkTeams } from '../../../src/report/teams/check.ts'
import { parseTeams } from '../../../src/report/teams/rules.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'

const book = bookOf({ one: { input: parsePrice(3) }, two: { input: parsePrice(0.5) } })
const by = ['role', 'user', 'model']
const used = (role: string, user: string, model: string, inputTokens: number) =>
  row(model, { invocations: 1, inputTokens }, { dimensions: { account: '1', region: 'us-east-1', model, role, user } })
const reportOf = (rows: ReturnType<typeof used>[]) => summarize(reading(rows), { ...facts, by }, book).report

test('rules are told with who fits them, callers with their rule, the rest costliest first, and why a rule takes nothing', () => {
  const { rules } = parseTeams(
    {
      rules: [
        { team: 'search', role: 'Search*' },
        { team: 'shop', role: 'SearchShop' },
        { team: 'ads', model: 'two' },
        { team: 'old', role: 'Retired' },
      ],
    },
    'file',
  )
  const report = reportOf([
    used('SearchApi', '', 'one', 1_000_000),
    used('SearchShop', '', 'two', 2_000_000),
    used('', 'alice', 'two', 100_000),
    used('', 'alice', 'one', 10_000),
    used('Other', '', 'one', 200_000),
    used('Other', '', 'unpriced', 5),
  ])
  const { rules: told, callers, unallocated } = checkTeams(rules, report)
  expect(told).toMatchObject([
    { rule: 1, team: 'search', callers: 2, invocations: 2, costUsd: 4 },
    { rule: 2, team: 'shop', callers: 0, invocations: 0, costUsd: null, takenBy: [1] },
    { rule: 3, team: 'ads', callers: 1, costUsd: 0.05 },
    { rule: 4, team: 'old', callers: 0, takenBy: [] },
  ])
  expect(callers.map(({ caller, team, rule, costUsd }) => [Object.values(caller).join(), team, rule, costUsd])).toEqual(
    [
      ['SearchApi', 'search', 1, 3],
      ['SearchShop', 'search', 1, 1],
      ['Other', null, null, 0.6],
      ['alice', 'ads', 3, 0.05],
      ['alice', null, null, 0.03],
    ],
  )
  expect(unallocated).toMatchObject({ callers: 2, invocations: 3, costUsd: 0.63, costIsFloor: true })
  expect(unallocated.share).toBeCloseTo(0.63 / 4.68)
})

test('whatever the rules, what they take and what is left is all there is', () => {
  const name = fc.constantFrom('a', 'ab', 'b', '')
  const glob = fc.constantFrom('a*', 'b', '*', '')
  const anyUsed = fc
    .tuple(name, name, fc.constantFrom('one', 'two'), fc.nat({ max: 1_000_000 }))
    .map(([role, user, model, tokens]) => used(role, user, model, tokens))
  fc.assert(
    fc.property(
      fc.array(anyUsed, { maxLength: 20 }),
      fc.array(fc.record({ role: glob, user: glob }), { minLength: 1, maxLength: 4 }),
      (rows, given) => {
        const { rules } = parseTeams({ rules: given.map((one) => ({ ...one, team: 't' })) }, 'file')
        const report = reportOf(rows)
        const check = checkTeams(rules, report)
        for (const parts of [[...check.rules, check.unallocated], check.callers]) {
          const cost = parts.reduce((sum, { costUsd }) => sum + Math.round((costUsd ?? 0) * 1e9), 0)
          expect(cost).toBe(Math.round((report.total.costUsd ?? 0) * 1e9))
          expect(parts.reduce((sum, { invocations }) => sum + invocations, 0)).toBe(report.total.invocations)
        }
      },
    ),
  )
})

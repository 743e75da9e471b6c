import type { Expression } from '@aws-sdk/client-cost-explorer'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { budgetOf } from '../../../../src/report/sources/bill/budget.ts'
import { queriesOf, type Scope, wantedOf } from '../../../../src/report/sources/bill/plan.ts'

const scopes: fc.Arbitrary<Scope> = fc.record({
  services: fc.uniqueArray(fc.stringMatching(/^s[a-z]{1,3}$/), { minLength: 1, maxLength: 6 }),
  accounts: fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { minLength: 1, maxLength: 6 }),
  isAllAccounts: fc.boolean(),
  recordTypes: fc.option(fc.constant(['Usage']), { nil: undefined }),
})
const groupings = fc.subarray(['model', 'kind', 'service', 'region', 'tier', 'account', 'usage-type', 'day', 'tag:a'])

const leaves = (filter: Expression): Expression[] =>
  (filter.And ?? [filter]).flatMap((one) => (one === filter ? [one] : leaves(one)))
const valuesOf = (filter: Expression, key: string) =>
  leaves(filter).find(({ Dimensions }) => Dimensions?.Key === key)?.Dimensions?.Values

describe('the queries for a bill', () => {
  test('tell each service and account that is asked for once, by what Cost Explorer takes', () => {
    fc.assert(
      fc.property(groupings, scopes, (by, scope) => {
        const wanted = wantedOf({ by })
        const queries = queriesOf(wanted, scope)
        const seen: string[] = []
        for (const { groupBy, filter, service, account } of queries) {
          expect(groupBy).toHaveLength(2)
          expect(groupBy[1]).toEqual({ Type: 'DIMENSION', Key: 'USAGE_TYPE' })
          if (filter.And) expect(filter.And.length).toBeGreaterThan(1)
          expect(valuesOf(filter, 'RECORD_TYPE')).toEqual(scope.recordTypes)
          const accounts = valuesOf(filter, 'LINKED_ACCOUNT') ?? scope.accounts
          if (!scope.isAllAccounts) expect(valuesOf(filter, 'LINKED_ACCOUNT')).toBeDefined()
          for (const each of accounts)
            for (const name of valuesOf(filter, 'SERVICE') ?? []) seen.push(`${each} ${name}`)
          // Whatever is wanted is a group, holds for the whole query, or is the only one there is.
          const [second] = groupBy
          if (wanted.tag) expect(second).toEqual({ Type: 'TAG', Key: 'a' })
          if (wanted.service) expect(second?.Key === 'SERVICE' || service !== undefined).toBe(true)
          if (wanted.account) expect(second?.Key === 'LINKED_ACCOUNT' || account !== undefined).toBe(true)
        }
        expect(seen.sort()).toEqual(
          scope.accounts.flatMap((each) => scope.services.map((name) => `${each} ${name}`)).sort(),
        )
      }),
    )
  })

  test('are as few as can be', () => {
    const scope = { services: ['a', 'b'], accounts: ['1', '2', '3'], isAllAccounts: true, recordTypes: undefined }
    const number = (...by: string[]) => queriesOf(wantedOf({ by }), scope).length
    expect(
      [
        ['model'],
        ['account'],
        ['account', 'model'],
        ['tag:x'],
        ['tag:x', 'kind'],
        ['tag:x', 'account'],
        ['tag:x', 'account', 'model'],
      ].map((by) => number(...by)),
    ).toEqual([1, 1, 2, 1, 2, 3, 6])
  })

  test('cannot tell two tags', () => {
    expect(() => wantedOf({ by: ['tag:a'], where: { 'principal-tag:b': ['x'] } })).toThrow('tag:a and principal-tag:b')
    expect(wantedOf({ by: ['tag:a'], where: { 'tag:a': ['x'] } }).tag).toEqual({ name: 'tag:a', key: 'a' })
    expect(wantedOf({ by: ['principal-tag:a:b'] }).tag?.key).toBe('iamPrincipal/a:b')
  })
})

describe('what may be spent on asking', () => {
  test.each([
    [undefined, 10],
    [0.03, 3],
    [0.07, 7],
    [0.299, 29],
    [1, 100],
  ])('%s dollars are %i requests', (maxAwsCost, requests) => {
    expect(budgetOf({ maxAwsCost }).left()).toBe(requests)
  })

  test('is refused where it is not enough', () => {
    expect(() => budgetOf({ maxAwsCost: 0.02 })).toThrow(
      'this takes at least 3 requests to Cost Explorer, which cost $0.03: more than $0.02',
    )
    expect(() => budgetOf({ maxAwsCost: 0.029 })).toThrow('which cost $0.03: more than $0.029')
    expect(() => budgetOf({ maxAwsCost: 0.05, readings: 2 })).toThrow('6 requests')
    const budget = budgetOf({ maxAwsCost: 0.1, readings: 2 })
    budget.spend()
    budget.spend()
    expect(() => budget.checkRoom(4, 'for 4 services')).toThrow('12 requests to Cost Explorer for 4 services')
    budget.checkRoom(2, '')
  })
})

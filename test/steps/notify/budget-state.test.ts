import { describe, expect, test } from '@jest/globals'
import { budgetStateOf, isSame, OUR_NOTIFICATIONS } from '../../../src/steps/notify/budget-state.ts'

describe('a notification', () => {
  const [ours] = OUR_NOTIFICATIONS.map(({ notification }) => notification)

  test.each([
    ['is the same without its kind of threshold, which is then a percentage', { ThresholdType: undefined }, true],
    ['is another in dollars', { ThresholdType: 'ABSOLUTE_VALUE' as const }, false],
    ['is another at another threshold', { Threshold: 81 }, false],
    ['is another on what is forecast', { NotificationType: 'FORECASTED' as const }, false],
    ['is another below instead of above', { ComparisonOperator: 'LESS_THAN' as const }, false],
  ])('%s', (_title, more, same) => {
    if (!ours) throw new Error('there is no notification of ours')
    const other = { ...ours, ...more }
    expect([isSame(ours, other), isSame(other, ours)]).toEqual([same, same])
  })
})

describe('a filter as AWS shows it', () => {
  const service = (...Values: string[]) => ({ Dimensions: { Key: 'SERVICE' as const, Values } })
  const exactly = (...Values: string[]) => ({
    Dimensions: { Key: 'SERVICE' as const, Values, MatchOptions: ['EQUALS' as const] },
  })
  const filterOf = (FilterExpression: object) =>
    budgetStateOf(
      { BudgetName: 'b', BudgetType: 'COST', TimeUnit: 'MONTHLY', FilterExpression },
      { topics: {}, room: 2 },
    ).filter

  test('matches whole names where it does not say how, at any depth', () => {
    expect(filterOf({ And: [service('a'), { Not: service('b') }] })).toEqual({
      And: [exactly('a'), { Not: exactly('b') }],
    })
    expect(filterOf({ Or: [service('a')] })).toEqual({ Or: [exactly('a')] })
  })

  test('has no part for an empty list', () => {
    expect(filterOf({ ...service('a'), And: [], Or: [] })).toEqual(exactly('a'))
  })
})
